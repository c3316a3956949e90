-- The authenticator app of an account.
CREATE TABLE totp (
	id          uuid        PRIMARY KEY,            -- the secret is sealed for it
	account_id  uuid        NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
	secret      bytea       NOT NULL,               -- sealed under the key-encryption key
	last_step   bigint      NOT NULL,               -- of the last code that was taken; neither it nor those before count again
	enrolled_at timestamptz NOT NULL DEFAULT now()
);

-- An app that has not shown a code yet.
CREATE TABLE totp_enrolment (
	id         uuid        PRIMARY KEY,
	account_id uuid        NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
	session_id uuid        NOT NULL,                -- the one that began; no other gets to see the recovery codes
	secret     bytea       NOT NULL,                -- sealed
	tries_left smallint    NOT NULL,
	expires_at timestamptz NOT NULL
);
CREATE INDEX totp_enrolment_expiry ON totp_enrolment (expires_at);

-- Recovery codes: HMACs under a key of the account, which is sealed. Used once, by deleting the row.
CREATE TABLE recovery_key (
	id         uuid        PRIMARY KEY,             -- the key is sealed for it
	account_id uuid        NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
	key        bytea       NOT NULL,                -- sealed
	made_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE recovery_code (
	account_id uuid  NOT NULL REFERENCES recovery_key (account_id) ON DELETE CASCADE,
	code_hash  bytea NOT NULL,
	PRIMARY KEY (account_id, code_hash)
);

-- Whether its owner wants to be asked for the code of a mail.
ALTER TABLE account ADD COLUMN email_codes boolean NOT NULL DEFAULT false;

-- What somebody has to answer who has given the right password. Used once, by deleting the row.
CREATE TABLE challenge (
	id         uuid        PRIMARY KEY,
	token_hash bytea       NOT NULL UNIQUE,         -- SHA-256 of 256 random bits
	account_id uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
	account_epoch integer  NOT NULL,                -- of the account whose password it was; worthless under another
	session_id uuid        REFERENCES session ON DELETE CASCADE, -- that it is to raise; null: it opens one
	methods    text[]      NOT NULL,
	proof_id   uuid,                                -- the code that was mailed for it
	tries_left smallint    NOT NULL,
	expires_at timestamptz NOT NULL
);
CREATE INDEX challenge_account ON challenge (account_id);
CREATE INDEX challenge_session ON challenge (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX challenge_expiry ON challenge (expires_at);
