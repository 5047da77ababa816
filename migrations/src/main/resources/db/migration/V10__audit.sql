-- What became of what was asked for: 'allowed', 'filtered', 'denied' or 'failed'. The index is made again from the log.
DELETE FROM audit_entry;

ALTER TABLE audit_entry ADD COLUMN decision TEXT NOT NULL DEFAULT 'allowed';

CREATE INDEX audit_entry_by_decision ON audit_entry (log, decision, sequence);

-- Searches that auditors keep, each with its conditions as JSON.
CREATE TABLE audit_view (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    conditions TEXT NOT NULL
);

-- People whose records must stay as they are until whoever said so takes it back.
CREATE TABLE audit_hold (
    person TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at BIGINT NOT NULL
);
