-- Which columns are made of which; field 0 stands for the table as a whole.
CREATE TABLE lineage (
    target_uuid TEXT NOT NULL,
    target_field INTEGER NOT NULL,
    source_uuid TEXT NOT NULL,
    source_field INTEGER NOT NULL,
    made_by TEXT NOT NULL, -- 'stage:<pipeline>/<stage>' or 'statement:<kind>'
    seen_at BIGINT NOT NULL, -- seconds
    PRIMARY KEY (target_uuid, target_field, source_uuid, source_field, made_by)
);
CREATE INDEX lineage_by_source ON lineage (source_uuid);
