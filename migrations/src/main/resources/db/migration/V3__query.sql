-- Statements that were run, for whom, and what became of them. Results are files, not rows.
CREATE TABLE workgroup (
    name TEXT PRIMARY KEY,
    enabled BOOLEAN NOT NULL,
    description TEXT,
    output_location TEXT,
    enforced BOOLEAN NOT NULL,
    bytes_scanned_cutoff BIGINT,
    concurrency BIGINT,
    queue_limit BIGINT,
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
    result_columns TEXT NOT NULL,
    reuse_minutes BIGINT,
    reuse_key TEXT,
    reused_from TEXT
);

-- Tags of workgroups, as Athena's clients set them.
CREATE TABLE workgroup_tag (
    workgroup TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workgroup, name)
);

-- Texts kept under a name, each its owner's alone.
CREATE TABLE named_query (
    id TEXT PRIMARY KEY,
    principal TEXT NOT NULL,
    workgroup TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    database_name TEXT NOT NULL,
    statement TEXT NOT NULL,
    client_request_token TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE prepared_statement (
    principal TEXT NOT NULL,
    workgroup TEXT NOT NULL,
    name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    description TEXT,
    statement TEXT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (principal, workgroup, name)
);

CREATE INDEX query_execution_of_principal ON query_execution (principal, submitted_at, id);
CREATE INDEX query_execution_of_workgroup ON query_execution (workgroup, principal, submitted_at, id);
CREATE INDEX query_execution_by_time ON query_execution (submitted_at);
CREATE INDEX query_execution_by_reuse_key ON query_execution (principal, reuse_key, completed_at);
CREATE INDEX named_query_of_principal ON named_query (principal, workgroup, created_at, id);
CREATE UNIQUE INDEX named_query_by_token ON named_query (principal, client_request_token);
CREATE UNIQUE INDEX query_execution_by_token ON query_execution (principal, client_request_token);
