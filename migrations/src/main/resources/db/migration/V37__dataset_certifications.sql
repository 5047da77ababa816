-- That a dataset was certified as fit for use, or that this was withdrawn; the last of a table is how it is now.
CREATE TABLE dataset_certification (
    table_uuid TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 1, in the order in which it was said
    at BIGINT NOT NULL, -- microseconds
    person TEXT NOT NULL,
    certified BOOLEAN NOT NULL, -- false: withdrawn
    note TEXT NOT NULL,
    until_day BIGINT, -- the last day, counted from 1970-01-01 in UTC; null without end
    PRIMARY KEY (table_uuid, number)
);
