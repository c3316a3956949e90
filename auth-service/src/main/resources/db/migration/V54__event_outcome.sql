-- success or failure, as whoever writes the event knows it: the audit log may be written by an older instance. Null in rows of older versions.
ALTER TABLE outbox ADD COLUMN outcome text;
