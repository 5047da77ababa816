-- Records that must stay as they are, until whoever said so takes it back: of a person, about a table, of a span of time (from,
-- until), or of all that is given at once. table_uuid: of the table of that name when the hold was placed.
CREATE TABLE legal_hold (
    name TEXT PRIMARY KEY,
    person TEXT,
    table_name TEXT,
    table_uuid TEXT,
    held_from BIGINT,
    held_until BIGINT,
    reason TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at BIGINT NOT NULL
);
INSERT INTO legal_hold (name, person, reason, placed_by, placed_at)
SELECT person, person, reason, placed_by, placed_at FROM audit_hold;
DROP TABLE audit_hold;

-- The first record that the use of grants was told of: those before it were retired.
ALTER TABLE grant_use_position ADD COLUMN first_record BIGINT NOT NULL DEFAULT 0;

-- Proposals of a state in the order in which they are listed.
DROP INDEX classification_proposal_by_state;
CREATE INDEX classification_proposal_by_confidence ON classification_proposal (state, confidence DESC, proposed_at, id);
