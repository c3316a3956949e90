-- The key-encryption keys under which something may be sealed: their names, which tell nothing of them.
CREATE TABLE sealing_key (
	name     text        PRIMARY KEY,
	seals_at timestamptz NOT NULL DEFAULT now() -- when an instance last said that it seals under it
);
