-- Texts that people have open in the console, each for themselves.
CREATE TABLE query_tab (
    principal TEXT NOT NULL,
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    statement TEXT NOT NULL,
    execution TEXT,
    search TEXT NOT NULL, -- of the address, from its question mark
    saved_at BIGINT NOT NULL, -- microseconds
    PRIMARY KEY (principal, id)
);

-- Whether others may see it who may know of what it reads.
ALTER TABLE named_query ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE;
