-- Who has read the public keys lately, and whether the next one was among them. Few rows, gone after two days.
CREATE TABLE jwks_reader (
	address  text        NOT NULL,
	agent    text        NOT NULL,
	next_kid text        NOT NULL, -- of the next key as it was then
	seen_at  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (address, agent)
);
CREATE INDEX jwks_reader_seen ON jwks_reader (seen_at);
