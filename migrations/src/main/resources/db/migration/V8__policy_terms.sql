-- What a grant needs to count besides its time, names for tag expressions, profiles in profiles, and broken glass.

-- Until now the purpose of a grant was a remark; from now on it is a condition, so what is there becomes the remark.
ALTER TABLE policy_grant ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- User attributes and the values one of which each must have: 'region=EU|UK&team=sales', or '' for none.
ALTER TABLE policy_grant ADD COLUMN only_when TEXT NOT NULL DEFAULT '';

UPDATE policy_grant SET reason = purpose;

UPDATE policy_grant SET purpose = '';

CREATE TABLE purpose (
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (name, source)
);

CREATE TABLE tag_expression (
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    expression TEXT NOT NULL,
    PRIMARY KEY (name, source)
);

-- Who has profile has included too.
CREATE TABLE profile_inclusion (
    profile TEXT NOT NULL,
    included TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (profile, included, source)
);

CREATE TABLE break_glass (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    database_uuid TEXT NOT NULL,
    table_uuid TEXT NOT NULL,
    reason TEXT NOT NULL,
    broken_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    reviewed_by TEXT,
    reviewed_at BIGINT,
    verdict TEXT
);

CREATE INDEX break_glass_review ON break_glass (reviewed_at, broken_at);
