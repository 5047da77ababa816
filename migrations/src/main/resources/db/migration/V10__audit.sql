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

-- What each change of the policies put in the place of what, so that they can be had as they were at any epoch since. Rows
-- are as their own table holds them, as JSON; what was there before the first of these is known from the 'before' of later ones.
CREATE TABLE policy_history (
    epoch BIGINT NOT NULL,
    place BIGINT NOT NULL,
    at BIGINT NOT NULL,
    part TEXT NOT NULL,
    row_before TEXT,
    row_after TEXT,
    PRIMARY KEY (epoch, place)
);

CREATE INDEX policy_history_by_time ON policy_history (at);
