-- Policies. Whatever names a source belongs to it: 'policy-file:<workspace>', 'request:<id>', 'hand' or 'built-in'.
-- Identities of databases, tables and columns (Iceberg UUIDs and field ids), never their names.

-- One row: grows with every change, and is locked by it, so that changes happen one after the other.
CREATE TABLE policy_epoch (
    id BIGINT PRIMARY KEY,
    epoch BIGINT NOT NULL
);

INSERT INTO policy_epoch (id, epoch) VALUES (1, 0);

-- What each epoch changed, so that a reader of an earlier one needs to read only that again.
CREATE TABLE policy_change (
    epoch BIGINT NOT NULL,
    part TEXT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (epoch, part, item)
);

CREATE TABLE profile (
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    description TEXT NOT NULL,
    administrator BOOLEAN NOT NULL,
    PRIMARY KEY (name, source)
);

INSERT INTO profile (name, source, description, administrator)
VALUES ('administrator', 'built-in', 'Runs the service and its policies; has no access to data by that', TRUE);

CREATE TABLE membership (
    user_name TEXT NOT NULL,
    profile TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (user_name, profile, source)
);

CREATE TABLE user_attribute (
    user_name TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_name, name, source)
);

CREATE TABLE lf_tag (
    tag_key TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (tag_key, tag_value, source)
);

-- target: 'database/<uuid>', 'table/<uuid>/<uuid>' or 'column/<uuid>/<uuid>/<field id>'
CREATE TABLE tag_assignment (
    target TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    source TEXT NOT NULL,
    tag_value TEXT NOT NULL,
    PRIMARY KEY (target, tag_key, source)
);

CREATE TABLE data_cells_filter (
    id TEXT PRIMARY KEY,
    database_uuid TEXT NOT NULL,
    table_uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    columns_chosen TEXT NOT NULL,
    rows_chosen TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (table_uuid, name)
);

CREATE TABLE policy_grant (
    id TEXT PRIMARY KEY,
    grantee TEXT NOT NULL,
    resource TEXT NOT NULL,
    permissions TEXT NOT NULL,
    grantable TEXT NOT NULL,
    valid_from BIGINT,
    valid_until BIGINT,
    purpose TEXT NOT NULL,
    source TEXT NOT NULL
);

CREATE INDEX policy_grant_grantee ON policy_grant (grantee);
CREATE INDEX policy_grant_source ON policy_grant (source);

CREATE TABLE guard (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    selector TEXT NOT NULL,
    effect TEXT NOT NULL,
    exempt TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (source, name)
);

-- What each workspace was when it was applied last: its files, to be bound again, and each of its policies, to see drift.
CREATE TABLE policy_file (
    workspace TEXT NOT NULL,
    file TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (workspace, file)
);

CREATE TABLE policy_applied (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (workspace, kind, item)
);

CREATE TABLE policy_pending (
    workspace TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace, name)
);
