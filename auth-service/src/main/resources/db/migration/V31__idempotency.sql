-- Calls that are made once however often they arrive, for a day.
CREATE TABLE idempotency_key (
	id          text        PRIMARY KEY,            -- HMAC, in hexadecimal, of whoever calls and the key they chose
	fingerprint text        NOT NULL,               -- HMAC of the request, under a key that is not in the database
	started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
	answer      bytea                               -- sealed; null while the call is in flight
);
CREATE INDEX idempotency_key_age ON idempotency_key (started_at);
