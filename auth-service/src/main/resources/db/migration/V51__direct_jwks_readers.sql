-- Whether somebody read the keys at the service itself, as gateways do, or through a gateway, as anybody can. What is known counts as before.
ALTER TABLE jwks_reader ADD COLUMN direct boolean NOT NULL DEFAULT true;
