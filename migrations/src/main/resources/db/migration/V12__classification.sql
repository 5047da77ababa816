-- What changed in the catalog since when, so that an index in memory follows it. item is the UUID of a table, or * for a
-- database; version moves in the transaction of the change.
CREATE TABLE catalog_version (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO catalog_version (id, version) VALUES (1, 0);

CREATE TABLE catalog_change (
    version BIGINT NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (version, item)
);
