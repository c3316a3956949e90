-- Apart from V55: an instance that writes the log reads it first, and would wait for that index with what this one waits for.
DROP INDEX audit_log_type;
