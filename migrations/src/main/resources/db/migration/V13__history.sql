-- What the policies were, from the moment that this is kept: when each epoch began, and every version of everything that a source
-- says, from the epoch that made it until the one that took it away (null: it stands).
CREATE TABLE policy_moment (
    epoch BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX policy_moment_by_time ON policy_moment (at, epoch);

-- place: of a grant on a table or on all tables of a database its UUID, else ''. content: the item as JSON.
CREATE TABLE policy_history (
    item TEXT NOT NULL,
    made_epoch BIGINT NOT NULL,
    ended_epoch BIGINT,
    place TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (item, made_epoch)
);
CREATE INDEX policy_history_of_place ON policy_history (place, made_epoch, ended_epoch);

-- What a request granted is found by its source, each time that it is carried out.
CREATE INDEX data_cells_filter_of_source ON data_cells_filter (source);
CREATE INDEX tag_assignment_of_source ON tag_assignment (source);
CREATE INDEX membership_of_source ON membership (source);
CREATE INDEX user_attribute_of_source ON user_attribute (source);
