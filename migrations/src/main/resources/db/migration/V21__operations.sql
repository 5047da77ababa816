-- How far a write has read its source, so that it is known when its snapshot has expired.
ALTER TABLE table_commit ADD COLUMN position TEXT;

-- What maintenance has done to each table, one row for each.
CREATE TABLE maintenance_report (
    run_id TEXT NOT NULL REFERENCES pipeline_run (id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    table_uuid TEXT NOT NULL,
    table_name TEXT NOT NULL,
    files_before BIGINT NOT NULL,
    files_after BIGINT NOT NULL,
    bytes_before BIGINT NOT NULL,
    bytes_after BIGINT NOT NULL,
    manifests_before BIGINT NOT NULL,
    manifests_after BIGINT NOT NULL,
    snapshots_before BIGINT NOT NULL,
    snapshots_after BIGINT NOT NULL,
    snapshots_held BIGINT NOT NULL,
    expired_files BIGINT NOT NULL,
    expired_bytes BIGINT NOT NULL,
    orphan_files BIGINT NOT NULL,
    orphan_bytes BIGINT NOT NULL,
    message TEXT,
    PRIMARY KEY (run_id, stage, table_uuid)
);
