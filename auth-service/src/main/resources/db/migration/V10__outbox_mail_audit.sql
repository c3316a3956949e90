-- What happened, written in the transaction in which it happened.
CREATE TABLE outbox (
	position     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id           uuid        NOT NULL UNIQUE,           -- UUIDv7; consumers recognise duplicates by it
	type         text        NOT NULL,
	subject      uuid,                                  -- the user; null where nobody we know is meant
	sequence     bigint      NOT NULL,                  -- per subject, without a gap, in the order of commits
	session_id   uuid,
	actor        uuid,                                  -- who did it, where that is not the subject
	data         text        NOT NULL,                  -- JSON object of strings
	occurred_at  timestamptz NOT NULL,
	address      text,                                  -- for the audit log alone, never published
	user_agent   text,                                  -- the same
	request_id   text,                                  -- the same
	traceparent  text,
	published_at timestamptz,
	audited_at   timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL;
CREATE INDEX outbox_unaudited ON outbox (position) WHERE audited_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- The last number given to each subject. Its row lock, held until the commit, is what makes order and commits agree.
CREATE TABLE outbox_sequence (
	subject uuid   PRIMARY KEY,
	last    bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE mail_outbox (
	id         uuid        PRIMARY KEY,
	kind       text        NOT NULL,
	payload    bytea,                                   -- address, code, token; sealed; null once the mail is out
	attempts   integer     NOT NULL DEFAULT 0,
	due_at     timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,                    -- after this it would be of no use any more
	created_at timestamptz NOT NULL DEFAULT now(),
	ended_at   timestamptz,
	outcome    text        CHECK (outcome IN ('sent', 'refused', 'expired'))
);
CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE ended_at IS NULL;
CREATE INDEX mail_outbox_ended ON mail_outbox (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE audit_log (
	position    bigint      PRIMARY KEY,                -- 1, 2, 3 and so on, without a gap
	id          uuid        NOT NULL UNIQUE,            -- of the event
	type        text        NOT NULL,
	outcome     text        NOT NULL,
	subject     uuid,
	actor       uuid,
	session_id  uuid,
	data        text        NOT NULL,
	address     text,
	user_agent  text,
	request_id  text,
	occurred_at timestamptz NOT NULL,
	hash        bytea       NOT NULL                    -- SHA-256 over the hash before and this row
);
CREATE INDEX audit_log_subject ON audit_log (subject, position);
CREATE INDEX audit_log_actor ON audit_log (actor, position) WHERE actor IS NOT NULL;
CREATE INDEX audit_log_type ON audit_log (type, position);
CREATE INDEX audit_log_time ON audit_log (occurred_at);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON audit_log
	FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
	FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
