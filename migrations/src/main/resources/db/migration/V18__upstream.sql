-- The snapshot of a table that started a pipeline last.
CREATE TABLE pipeline_upstream (
    pipeline TEXT NOT NULL REFERENCES pipeline (name) ON DELETE CASCADE,
    table_uuid TEXT NOT NULL,
    snapshot_id BIGINT NOT NULL,
    PRIMARY KEY (pipeline, table_uuid)
);
