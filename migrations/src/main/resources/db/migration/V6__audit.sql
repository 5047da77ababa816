-- A search index over the audit log's files; made again from them when lost. log is the name of the log.
CREATE TABLE audit_entry (
    log TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    principal TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (log, sequence)
);
CREATE INDEX audit_entry_by_principal ON audit_entry (log, principal, sequence);
CREATE INDEX audit_entry_by_kind ON audit_entry (log, kind, sequence);
CREATE INDEX audit_entry_by_subject ON audit_entry (log, subject, sequence);
CREATE INDEX audit_entry_by_time ON audit_entry (log, at, sequence);
