-- Since when a key is in its state; a next key has been published since then.
ALTER TABLE signing_key ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
CREATE UNIQUE INDEX signing_key_single_active ON signing_key ((true)) WHERE state = 'active';
CREATE UNIQUE INDEX signing_key_single_next ON signing_key ((true)) WHERE state = 'next';
