-- Pipelines as applied. The text of every version that ever ran stays, because runs refer to it.
CREATE TABLE pipeline_version (
    version TEXT PRIMARY KEY,
    pipeline TEXT NOT NULL,
    workspace TEXT NOT NULL,
    file TEXT NOT NULL,
    yaml TEXT NOT NULL,
    sql_files TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE pipeline (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL REFERENCES pipeline_version (version),
    paused BOOLEAN NOT NULL,
    applied_at BIGINT NOT NULL
);

-- When a cron trigger is due next; the node that moves the time on starts the run.
CREATE TABLE pipeline_schedule (
    pipeline TEXT NOT NULL REFERENCES pipeline (name) ON DELETE CASCADE,
    expression TEXT NOT NULL,
    zone TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (pipeline, expression, zone)
);

CREATE TABLE pipeline_run (
    id TEXT PRIMARY KEY,
    sequence BIGINT NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,
    version TEXT NOT NULL REFERENCES pipeline_version (version),
    state TEXT NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    trigger_kind TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    cancel_requested BOOLEAN NOT NULL,
    requested_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    message TEXT,
    lease_holder TEXT,
    lease_until BIGINT NOT NULL
);

-- One run of a pipeline at a time.
CREATE UNIQUE INDEX pipeline_run_active ON pipeline_run (pipeline) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX pipeline_run_by_pipeline ON pipeline_run (pipeline, sequence);

CREATE TABLE stage_run (
    run_id TEXT NOT NULL REFERENCES pipeline_run (id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED')),
    attempt BIGINT NOT NULL,
    rows_in BIGINT NOT NULL,
    rows_out BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    progress_ppm BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    message TEXT,
    commit_id TEXT,
    PRIMARY KEY (run_id, stage)
);

CREATE TABLE run_log (
    run_id TEXT NOT NULL REFERENCES pipeline_run (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    level TEXT NOT NULL,
    stage TEXT,
    message TEXT NOT NULL,
    PRIMARY KEY (run_id, sequence)
);

-- Every file ever delivered, by what is in it.
CREATE TABLE delivery (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('RECEIVED', 'LANDED', 'DUPLICATE', 'REFUSED')),
    dialect TEXT,
    rows_in BIGINT NOT NULL,
    rows_landed BIGINT NOT NULL,
    rows_quarantined BIGINT NOT NULL,
    snapshot_id BIGINT,
    message TEXT,
    run_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    landed_at BIGINT,
    PRIMARY KEY (pipeline, stage, sha256)
);

-- Content lands once, whatever it was packed with.
CREATE UNIQUE INDEX delivery_landed ON delivery (pipeline, stage, content) WHERE state = 'LANDED';

-- Files of a drop folder that were dealt with, so that looking again costs no reading.
CREATE TABLE delivery_seen (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (pipeline, stage, name)
);

-- Up to which snapshot of its input an appending stage has read. The truth is in the target's own history, which says it of
-- each commit; this is where to begin to look.
CREATE TABLE stage_watermark (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    target_uuid TEXT NOT NULL,
    input_uuid TEXT NOT NULL,
    snapshot_id BIGINT NOT NULL,
    PRIMARY KEY (pipeline, stage, target_uuid, input_uuid)
);

CREATE TABLE check_result (
    run_id TEXT NOT NULL REFERENCES pipeline_run (id) ON DELETE CASCADE,
    stage TEXT NOT NULL,
    rule TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    table_uuid TEXT NOT NULL,
    on_failure TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    rows_failing BIGINT NOT NULL,
    rows_checked BIGINT NOT NULL,
    threshold TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (run_id, stage, rule)
);

-- One row for each column, so that a reader gets only those of the columns it may see.
CREATE TABLE column_profile (
    table_uuid TEXT NOT NULL,
    field_id BIGINT NOT NULL,
    snapshot_id BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    profiled_at BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    profile TEXT NOT NULL,
    PRIMARY KEY (table_uuid, field_id)
);
