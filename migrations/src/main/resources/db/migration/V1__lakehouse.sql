-- The Iceberg catalog: a namespace has an identity that outlives its name, a table is a pointer to its metadata.
CREATE TABLE namespace (
    uuid TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    zone TEXT NOT NULL
);

CREATE TABLE namespace_property (
    namespace_uuid TEXT NOT NULL REFERENCES namespace (uuid) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (namespace_uuid, name)
);

CREATE TABLE iceberg_table (
    uuid TEXT PRIMARY KEY,
    namespace_uuid TEXT NOT NULL REFERENCES namespace (uuid),
    name TEXT NOT NULL,
    metadata_location TEXT NOT NULL,
    UNIQUE (namespace_uuid, name)
);

-- What a write with an identity of its own made, for as long as the table lives: writing it again changes nothing.
CREATE TABLE table_commit (
    table_uuid TEXT NOT NULL REFERENCES iceberg_table (uuid) ON DELETE CASCADE,
    commit_id TEXT NOT NULL,
    snapshot_id BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    file_count BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (table_uuid, commit_id)
);

-- A view is a query by name, with an identity that policies bind to. Its columns are an Iceberg schema as JSON.
CREATE TABLE lake_view (
    uuid TEXT PRIMARY KEY,
    namespace_uuid TEXT NOT NULL REFERENCES namespace (uuid),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    default_database TEXT,
    security TEXT NOT NULL,
    owner TEXT NOT NULL,
    comment TEXT,
    UNIQUE (namespace_uuid, name)
);
