-- How far a stage has read a source, as the last commit it knows of says it. The truth is in the target's own history; this is
-- where to begin to look. Takes the place of the marks of appending stages, whose sources are tables.
CREATE TABLE source_position (
    pipeline TEXT NOT NULL,
    stage TEXT NOT NULL,
    target_uuid TEXT NOT NULL,
    source TEXT NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (pipeline, stage, target_uuid, source)
);

INSERT INTO source_position (pipeline, stage, target_uuid, source, position)
SELECT pipeline, stage, target_uuid, input_uuid, CAST(snapshot_id AS TEXT) FROM stage_watermark;

DROP TABLE stage_watermark;
