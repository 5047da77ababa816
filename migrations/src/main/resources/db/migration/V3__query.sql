-- Statements that were run, for whom, and what became of them. Results are files, not rows.
CREATE TABLE workgroup (
    name TEXT PRIMARY KEY,
    enabled BOOLEAN NOT NULL,
    description TEXT,
    output_location TEXT,
    enforced BOOLEAN NOT NULL,
    bytes_scanned_cutoff BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE query_execution (
    id TEXT PRIMARY KEY,
    principal TEXT NOT NULL,
    workgroup TEXT NOT NULL,
    via TEXT NOT NULL,
    statement TEXT NOT NULL,
    kind TEXT NOT NULL,
    substatement TEXT NOT NULL,
    state TEXT NOT NULL,
    error_code TEXT,
    error_category TEXT,
    error_message TEXT,
    error_line INTEGER,
    error_column INTEGER,
    database_name TEXT,
    parameters TEXT NOT NULL,
    output_location TEXT,
    client_request_token TEXT,
    submitted_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    result_rows BIGINT NOT NULL,
    bytes_scanned BIGINT NOT NULL,
    result_bytes BIGINT NOT NULL,
    queued_millis BIGINT NOT NULL,
    planning_millis BIGINT NOT NULL,
    engine_millis BIGINT NOT NULL,
    total_millis BIGINT NOT NULL,
    access TEXT NOT NULL,
    result_columns TEXT NOT NULL
);

CREATE INDEX query_execution_of_principal ON query_execution (principal, submitted_at, id);
CREATE INDEX query_execution_of_workgroup ON query_execution (workgroup, principal, submitted_at, id);
CREATE INDEX query_execution_by_time ON query_execution (submitted_at);
CREATE UNIQUE INDEX query_execution_by_token ON query_execution (principal, client_request_token);
