-- What links and codes in mails prove. Used once, by deleting the row.
CREATE TABLE proof (
	id               uuid        PRIMARY KEY,           -- whoever asked knows it; a code counts only together with it
	account_id       uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
	purpose          text        NOT NULL,
	email            text        NOT NULL,              -- the address it was sent to
	token_hash       bytea       NOT NULL UNIQUE,       -- SHA-256 of 256 random bits
	code_hash        bytea       NOT NULL,              -- HMAC under a key that is not in the database
	tries_left       smallint    NOT NULL,
	code_expires_at  timestamptz NOT NULL,
	token_expires_at timestamptz NOT NULL,
	created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX proof_account ON proof (account_id, purpose, created_at);
CREATE INDEX proof_expiry ON proof (token_expires_at);

-- An address that somebody wants to have instead, until both have confirmed.
CREATE TABLE email_change (
	account_id    uuid        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
	email         text        NOT NULL,
	old_confirmed boolean     NOT NULL,
	new_confirmed boolean     NOT NULL DEFAULT false,
	expires_at    timestamptz NOT NULL
);

ALTER TABLE account ADD COLUMN deletion_due_at timestamptz;
CREATE INDEX account_deletion_due ON account (deletion_due_at) WHERE deletion_due_at IS NOT NULL;
