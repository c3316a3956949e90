-- Mails that were put off wait behind those that nobody has tried: a code is of no use after ten minutes.
CREATE INDEX mail_outbox_next ON mail_outbox ((attempts > 0), due_at) WHERE ended_at IS NULL;
DROP INDEX mail_outbox_due;
