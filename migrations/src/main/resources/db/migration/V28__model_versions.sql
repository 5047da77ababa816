-- What stages have made versions of models of, outside of the tables that others may write.
CREATE TABLE model_version (
    table_uuid TEXT NOT NULL,
    run_id TEXT NOT NULL,
    made_by TEXT NOT NULL,
    artifact_sha256 TEXT NOT NULL,
    sound BOOLEAN NOT NULL,
    PRIMARY KEY (table_uuid, run_id, made_by, artifact_sha256)
);
