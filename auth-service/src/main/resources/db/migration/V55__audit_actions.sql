-- Actions by their bytes: those that begin alike are a range, whatever language the database sorts by.
CREATE INDEX audit_log_action ON audit_log (type COLLATE "C", position);
