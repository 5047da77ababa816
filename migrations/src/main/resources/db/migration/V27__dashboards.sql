-- Pages of charts, as the files of a workspace declare them.
CREATE TABLE dashboard (
    name TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    applied_at BIGINT NOT NULL -- microseconds
);
CREATE INDEX dashboard_of_workspace ON dashboard (workspace);
