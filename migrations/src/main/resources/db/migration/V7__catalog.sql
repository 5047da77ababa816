-- What people say about a table. The table's UUID outlives its name, and the words go with it.
CREATE TABLE dataset (
    table_uuid TEXT PRIMARY KEY,
    owner TEXT,
    description TEXT,
    freshness_column TEXT,
    freshness_s BIGINT,
    workspace TEXT,
    updated_at BIGINT NOT NULL
);
CREATE INDEX dataset_of_workspace ON dataset (workspace);
