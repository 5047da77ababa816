-- Searches of the catalog that people keep, each for themselves.
CREATE TABLE saved_view (
    principal TEXT NOT NULL,
    name TEXT NOT NULL,
    conditions TEXT NOT NULL, -- a JSON object
    saved_at BIGINT NOT NULL, -- microseconds
    PRIMARY KEY (principal, name)
);
