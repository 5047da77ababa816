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

-- A run is of a day, may be one of many of a backfill, and takes one of the places its pipeline has for runs at a time.
ALTER TABLE pipeline_run ADD COLUMN run_date TEXT;
ALTER TABLE pipeline_run ADD COLUMN backfill_id TEXT;
ALTER TABLE pipeline_run ADD COLUMN priority BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pipeline_run ADD COLUMN places BIGINT NOT NULL DEFAULT 1;
ALTER TABLE pipeline_run ADD COLUMN place BIGINT;

DROP INDEX pipeline_run_active;
-- One run of a pipeline at a time, but for backfills.
CREATE UNIQUE INDEX pipeline_run_active ON pipeline_run (pipeline)
    WHERE state IN ('QUEUED', 'RUNNING') AND backfill_id IS NULL;
CREATE UNIQUE INDEX pipeline_run_place ON pipeline_run (pipeline, place) WHERE state = 'RUNNING' AND place IS NOT NULL;
CREATE UNIQUE INDEX pipeline_run_of_backfill ON pipeline_run (backfill_id, run_date) WHERE backfill_id IS NOT NULL;

CREATE TABLE backfill (
    id TEXT PRIMARY KEY,
    pipeline TEXT NOT NULL,
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL
);
CREATE INDEX backfill_by_pipeline ON backfill (pipeline, requested_at);

-- When the run of a pipeline that is due must be over; the node that moves the time on judges it.
CREATE TABLE pipeline_deadline (
    pipeline TEXT PRIMARY KEY REFERENCES pipeline (name) ON DELETE CASCADE,
    due_at BIGINT NOT NULL
);

CREATE TABLE missed_deadline (
    pipeline TEXT NOT NULL REFERENCES pipeline (name) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    tell_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (pipeline, due_at)
);
