-- A named query that is drawn: how, and whether others may see it who may know of what it reads.
CREATE TABLE saved_chart (
    query_id TEXT PRIMARY KEY REFERENCES named_query (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    x TEXT NOT NULL,
    y TEXT NOT NULL, -- a JSON array of names
    shared BOOLEAN NOT NULL
);
