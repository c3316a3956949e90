-- What its owner calls a device, which the next session on it gets too.
CREATE TABLE device (
	account_id uuid        NOT NULL REFERENCES account ON DELETE CASCADE,
	id         uuid        NOT NULL,           -- from the cookie of the device
	name       text        NOT NULL,
	named_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (account_id, id)
);
ALTER TABLE session ADD COLUMN device_id uuid; -- none in sessions of older versions
