-- People and services that sign in, and what they sign in with. Of a session and a token only the hash is kept.
CREATE TABLE user_account (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    password TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE browser_session (
    token_hash TEXT PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX browser_session_of_user ON browser_session (user_name);

CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    UNIQUE (user_name, name)
);

-- The secret is sealed with the master key of the data directory, bound to its access key id.
CREATE TABLE access_key (
    access_key_id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
    sealed_secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX access_key_of_user ON access_key (user_name);

-- One row for each user name and each source address that lately failed to sign in; scope is a hash of either.
CREATE TABLE sign_in_attempt (
    scope TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE INDEX sign_in_attempt_by_age ON sign_in_attempt (last_at);
