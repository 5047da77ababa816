-- One row: whoever gives runs to nodes takes it first, so that all nodes together count what is given.
CREATE TABLE run_turn (
    given BIGINT NOT NULL -- queued runs that were given to a node so far
);
INSERT INTO run_turn (given) VALUES (0);

-- What the next run is found by, however many wait and however many have ended.
CREATE INDEX pipeline_run_queued ON pipeline_run (
    (CASE WHEN backfill_id IS NULL THEN 1 ELSE 2 END), priority DESC, sequence) WHERE state = 'QUEUED';
CREATE INDEX pipeline_run_oldest ON pipeline_run (sequence) WHERE state = 'QUEUED';
CREATE INDEX pipeline_run_running ON pipeline_run (pipeline, lease_until) WHERE state = 'RUNNING';
