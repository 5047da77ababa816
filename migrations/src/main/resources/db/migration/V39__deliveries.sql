-- Who said that runs are to leave a file alone that was refused.
ALTER TABLE delivery ADD COLUMN dismissed_by TEXT;

-- Files of a pipeline newest first, all and those of a state, and what a run has to look at.
CREATE INDEX delivery_newest ON delivery (pipeline, received_at, sha256, stage);
CREATE INDEX delivery_state ON delivery (pipeline, state, received_at, sha256, stage);
CREATE INDEX delivery_open ON delivery (pipeline, stage) WHERE state IN ('RECEIVED', 'REFUSED');
