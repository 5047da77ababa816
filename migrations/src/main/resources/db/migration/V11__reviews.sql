-- Access reviews: campaigns over the grants that there were when they began, and what each grant was used for.

-- Notices are of requests and of reviews alike; 'about' says of which.
CREATE TABLE notice (
    user_name TEXT NOT NULL,
    about TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unread BOOLEAN NOT NULL,
    PRIMARY KEY (user_name, subject_id, number)
);

INSERT INTO notice (user_name, about, subject_id, number, at, kind, unread)
SELECT user_name, 'request', request_id, number, at, kind, unread FROM request_notice;

DROP TABLE request_notice;

CREATE INDEX notice_of_user ON notice (user_name, at, subject_id);

-- scope and reviewers are JSON; version moves with every transition, so that each is made once.
CREATE TABLE review_campaign (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    scope TEXT NOT NULL,
    reviewers TEXT NOT NULL,
    on_silence TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    closed_at BIGINT,
    reminded BOOLEAN NOT NULL,
    items BIGINT NOT NULL
);

CREATE INDEX review_campaign_by_time ON review_campaign (started_at, id);
CREATE INDEX review_campaign_by_state ON review_campaign (state, due_at);

-- A grant as it was when the campaign began. reviewer is user:name or profile:name; shared grants reach others than
-- whom the campaign is about; verdict is '' until something is decided.
CREATE TABLE review_item (
    campaign_id TEXT NOT NULL REFERENCES review_campaign (id),
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    grant_id TEXT NOT NULL,
    held TEXT NOT NULL,
    subject TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    reviewer TEXT NOT NULL,
    state TEXT NOT NULL,
    verdict TEXT NOT NULL,
    decision TEXT,
    PRIMARY KEY (campaign_id, number)
);

CREATE INDEX review_item_by_state ON review_item (campaign_id, state, number);
CREATE INDEX review_item_of_reviewer ON review_item (reviewer, state, campaign_id, number);
CREATE INDEX review_item_of_grant ON review_item (grant_id, campaign_id);

-- What happened to a campaign (item 0) and to its items.
CREATE TABLE review_event (
    campaign_id TEXT NOT NULL REFERENCES review_campaign (id),
    number BIGINT NOT NULL,
    item BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (campaign_id, number)
);

CREATE INDEX review_event_of_item ON review_event (campaign_id, item, number);

CREATE TABLE review_report (
    campaign_id TEXT PRIMARY KEY REFERENCES review_campaign (id),
    csv ${blob} NOT NULL,
    pdf ${blob} NOT NULL,
    note TEXT NOT NULL
);

-- What grants were used for and who gave them, told from the audit log and made again from it: next is the first record not
-- looked at yet. field_id 0 is a read of no column. People are the log's commitments.
CREATE TABLE grant_use_position (
    log TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);

CREATE TABLE grant_use (
    grant_id TEXT NOT NULL,
    log TEXT NOT NULL,
    table_uuid TEXT NOT NULL,
    field_id BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    reads BIGINT NOT NULL,
    PRIMARY KEY (grant_id, log, table_uuid, field_id)
);

CREATE TABLE grant_user (
    grant_id TEXT NOT NULL,
    log TEXT NOT NULL,
    person TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (grant_id, log, person)
);

CREATE TABLE grant_origin (
    grant_id TEXT NOT NULL,
    log TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (grant_id, log)
);
