CREATE TABLE account (
	id              uuid        PRIMARY KEY,
	username        text        NOT NULL,
	username_key    text        NOT NULL UNIQUE,   -- lower case
	email           text        NOT NULL,
	email_key       text        NOT NULL UNIQUE,   -- lower case
	email_verified  boolean     NOT NULL DEFAULT false,
	password_hash   text        NOT NULL,          -- PHC string
	roles           text[]      NOT NULL DEFAULT '{user}',
	session_epoch   integer     NOT NULL DEFAULT 0, -- raising it ends every session opened before
	created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (
	id                  uuid        PRIMARY KEY,
	account_id          uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
	account_epoch       integer     NOT NULL,
	counter             bigint      NOT NULL DEFAULT 0, -- the counter of the current refresh token
	refresh_key         bytea       NOT NULL,           -- sealed under the key-encryption key
	client_id           text        NOT NULL,
	cnf_jkt             text,                           -- thumbprint of the DPoP key the session is bound to
	amr                 text[]      NOT NULL,
	acr                 text,
	user_agent          text        NOT NULL,
	address             text        NOT NULL,
	auth_time           timestamptz NOT NULL DEFAULT now(),
	created_at          timestamptz NOT NULL DEFAULT now(),
	rotated_at          timestamptz NOT NULL DEFAULT now(),
	last_used_at        timestamptz NOT NULL DEFAULT now(),
	idle_expires_at     timestamptz NOT NULL,           -- never after absolute_expires_at
	absolute_expires_at timestamptz NOT NULL,
	revoked_at          timestamptz,
	revoked_reason      text
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_idle_expiry ON session (idle_expires_at);
CREATE INDEX session_revoked ON session (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE revocation (
	id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	session_id   uuid        NOT NULL,
	expires_at   timestamptz NOT NULL,              -- after this no token of the session can be valid
	published_at timestamptz
);
CREATE INDEX revocation_unpublished ON revocation (id) WHERE published_at IS NULL;
CREATE INDEX revocation_expiry ON revocation (expires_at);

CREATE TABLE signing_key (
	kid         text        PRIMARY KEY,            -- RFC 7638 thumbprint
	algorithm   text        NOT NULL,
	state       text        NOT NULL CHECK (state IN ('next', 'active', 'retired')),
	public_jwk  text        NOT NULL,
	private_jwk bytea       NOT NULL,               -- sealed under the key-encryption key
	created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX signing_key_one_active ON signing_key (algorithm) WHERE state = 'active';
