-- Requests for access. Scopes are JSON of field ids and table UUIDs, so that they survive a rename; version moves with
-- every transition, so that each is made once.
CREATE TABLE access_request (
    id TEXT PRIMARY KEY,
    requester TEXT NOT NULL,
    grantee TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    scope TEXT NOT NULL,
    scope_hash TEXT NOT NULL,
    asked TEXT NOT NULL,
    justification TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    ticket TEXT NOT NULL,
    policy_epoch BIGINT NOT NULL,
    extends_id TEXT,
    auto_columns BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX access_request_of_requester ON access_request (requester, created_at, id);
CREATE INDEX access_request_of_grantee ON access_request (grantee, created_at, id);
CREATE INDEX access_request_by_state ON access_request (state, until_at);

-- Who must approve, in order. approver is user:name or profile:name; scope_hash is what an approval was given for.
CREATE TABLE request_step (
    request_id TEXT NOT NULL REFERENCES access_request (id),
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    approver TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    scope_hash TEXT,
    due_at BIGINT NOT NULL,
    escalated BOOLEAN NOT NULL,
    PRIMARY KEY (request_id, position)
);
CREATE INDEX request_step_of_approver ON request_step (state, approver, due_at, request_id);
CREATE INDEX request_step_escalated ON request_step (state, escalated, due_at, request_id);

CREATE TABLE request_event (
    request_id TEXT NOT NULL REFERENCES access_request (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (request_id, number)
);

-- A row locked while an automatic approval counts what the principal was given lately.
CREATE TABLE request_budget (
    principal TEXT PRIMARY KEY,
    counted BIGINT NOT NULL
);

-- What the console tells a user.
CREATE TABLE request_notice (
    user_name TEXT NOT NULL,
    request_id TEXT NOT NULL REFERENCES access_request (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unread BOOLEAN NOT NULL,
    PRIMARY KEY (user_name, request_id, number)
);
CREATE INDEX request_notice_of_user ON request_notice (user_name, at, request_id);

-- What is still to be sent: written with the transition, removed when taken by the other side.
CREATE TABLE request_delivery (
    id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE INDEX request_delivery_by_time ON request_delivery (next_at);
