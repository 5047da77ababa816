-- What people say to each other about a dataset. A comment that is taken away keeps its number and nothing of its text.
CREATE TABLE dataset_comment (
    table_uuid TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 1, in the order in which they were said
    at BIGINT NOT NULL, -- microseconds
    person TEXT NOT NULL,
    text TEXT, -- null once it is taken away
    edited_at BIGINT, -- microseconds; null if it says what it said at first
    PRIMARY KEY (table_uuid, number)
);
