-- What people changed in place of what is said about a dataset: who, when, from and to.
CREATE TABLE dataset_edit (
    table_uuid TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 1, in the order of the changes
    at BIGINT NOT NULL, -- microseconds
    person TEXT NOT NULL,
    field TEXT NOT NULL, -- description, owner, freshness (in seconds), or column: its text
    field_id BIGINT NOT NULL, -- of the column, else 0
    before_text TEXT,
    after_text TEXT,
    PRIMARY KEY (table_uuid, number)
);
