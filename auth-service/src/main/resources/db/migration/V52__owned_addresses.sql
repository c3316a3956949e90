-- Whether whoever has the account has shown themselves that they read its address: that somebody confirmed a link of a mail (email_verified) does not
-- say so, as somebody else may have registered with the address. Those who have an authenticator app or mailed codes keep them through a reset, as before.
ALTER TABLE account ADD COLUMN email_owned boolean NOT NULL DEFAULT false;
UPDATE account SET email_owned = true WHERE email_verified AND (email_codes OR EXISTS (SELECT FROM totp WHERE account_id = account.id));
ALTER TABLE email_change ADD COLUMN owned boolean NOT NULL DEFAULT false;
