-- What its owner calls a device.
ALTER TABLE session ADD COLUMN name text;

-- When somebody first signed in: that device is new to nobody. Whoever is here already has done so.
ALTER TABLE account ADD COLUMN first_sign_in_at timestamptz DEFAULT now();
ALTER TABLE account ALTER COLUMN first_sign_in_at DROP DEFAULT;
