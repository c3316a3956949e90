-- What the holders of a role may do. account.roles has the names.
CREATE TABLE role (
	name        text        PRIMARY KEY,
	scopes      text[]      NOT NULL DEFAULT '{}',
	description text        NOT NULL DEFAULT '',
	built_in    boolean     NOT NULL DEFAULT false,     -- stays, whoever wants it away
	created_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO role (name, scopes, description, built_in) VALUES
	('user', '{profile,email}', 'What somebody starts with', true),
	('admin', '{auth:users:read,auth:users:write,auth:roles:write,auth:audit:read,auth:keys:write}', 'Administers accounts, roles and keys', true);
-- Roles that somebody was given before they had scopes.
INSERT INTO role (name) SELECT DISTINCT unnest(roles) FROM account ON CONFLICT DO NOTHING;

ALTER TABLE account ADD COLUMN locked_at timestamptz;       -- nobody signs in from then on
-- Prefixes are found as ranges, which needs an order by bytes.
CREATE INDEX account_username_prefix ON account (username_key COLLATE "C");
CREATE INDEX account_email_prefix ON account (email_key COLLATE "C");
CREATE INDEX account_roles ON account USING gin (roles);
