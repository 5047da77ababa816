-- Rows of the SELECT of a notifying stage that somebody was told of, or is about to be: so that each is told once. Of a row there is
-- only a hash; who is empty where it is not about a person. A row that the SELECT no longer gives is forgotten.
CREATE TABLE told_row (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    who TEXT NOT NULL,
    row_hash TEXT NOT NULL,
    run_id TEXT NOT NULL,
    told BOOLEAN NOT NULL,
    PRIMARY KEY (pipeline, stage, who, row_hash)
);
