-- Tables whose log a database keeps for a stage, until it is told that the stage is gone.
CREATE TABLE followed_table (
    follower TEXT NOT NULL,
    connection TEXT NOT NULL,
    source_table TEXT NOT NULL,
    PRIMARY KEY (follower, connection, source_table)
);
