-- The Iceberg catalog: a namespace has an identity that outlives its name, a table is a pointer to its metadata.
CREATE TABLE namespace (
    uuid TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
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
