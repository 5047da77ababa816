-- What changed in the catalog since when, so that an index in memory follows it. item is the UUID of a table, or * for a
-- database; version moves in the transaction of the change.
CREATE TABLE catalog_version (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO catalog_version (id, version) VALUES (1, 0);

CREATE TABLE catalog_change (
    version BIGINT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (version, item)
);

-- What columns seem to hold, and tags that somebody wants lowered. No value of the data is in it. tag is key=value; source
-- is values, name, lineage or lowering.
CREATE TABLE classification_proposal (
    id TEXT PRIMARY KEY,
    table_uuid TEXT NOT NULL,
    field_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    tag TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    matched BIGINT NOT NULL,
    sampled BIGINT NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    verdict TEXT
);
CREATE INDEX classification_proposal_of_table ON classification_proposal (table_uuid, field_id);
CREATE INDEX classification_proposal_by_state ON classification_proposal (state, proposed_at, id);

-- Which version of a table was scanned last.
CREATE TABLE classification_scan (
    table_uuid TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    schema_id BIGINT NOT NULL,
    scanned_at BIGINT NOT NULL
);
