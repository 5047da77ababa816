-- How many statements of whom read a table, and each of its columns (field_id 0 is the table itself), on which day; of the last weeks.
CREATE TABLE dataset_use (
    log TEXT NOT NULL,
    table_uuid TEXT NOT NULL,
    day BIGINT NOT NULL, -- since 1970
    field_id BIGINT NOT NULL,
    person TEXT NOT NULL,
    statements BIGINT NOT NULL,
    PRIMARY KEY (log, table_uuid, day, field_id, person)
);
CREATE INDEX dataset_use_by_day ON dataset_use (log, day);

-- It is told by the same records as the use of grants, which are read again.
DELETE FROM grant_use;
DELETE FROM grant_user;
DELETE FROM grant_origin;
DELETE FROM grant_use_position;
