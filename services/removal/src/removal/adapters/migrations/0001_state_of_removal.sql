-- migrate:up
-- What `decide` needs, as an inline projection of the account streams: written in the append's own transaction, under
-- the stream head's lock, and equal to the fold of the log at every commit (architecture §1.11).

DO $$
BEGIN
    CREATE ROLE removal NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the cluster; another database of it has made them
END
$$;
GRANT log_writer, key_maker TO removal;
GRANT USAGE ON SCHEMA removal TO removal;

-- ---------------------------------------------------------------- what facts said

-- Stamps are JSON texts of [holds_from, time, id, source]; only the fold compares them.
CREATE TABLE removal.accounts (
    account_id text COLLATE "C" PRIMARY KEY,
    is_agency boolean NOT NULL,
    badge text,
    badge_stamp text,
    version bigint NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE removal.members (
    agency_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    role text,
    role_stamp text NOT NULL,
    PRIMARY KEY (agency_id, user_id)
);

-- The first recorded fact that names a contract binds it (domain §1); nobody may bind it again or otherwise.
CREATE TABLE removal.contract_bindings (
    contract_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    CONSTRAINT contract_bound_once PRIMARY KEY (contract_id)
);

CREATE TABLE removal.contracts (
    contract_id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    completed_at timestamptz,
    earned bigint,
    terms_stamp text,
    feedback_public boolean,       -- null: nothing said, or taken back
    feedback_stamp text,
    upheld boolean NOT NULL,
    last_fact_version bigint NOT NULL,
    CHECK ((completed_at IS NULL) = (terms_stamp IS NULL) AND (earned IS NULL) = (terms_stamp IS NULL))
) WITH (fillfactor = 90);
-- A decision counts the contracts completed since the previous request, and stops at the threshold.
CREATE INDEX contracts_completed ON removal.contracts (account_id, completed_at) WHERE earned > 0;

-- ---------------------------------------------------------------- what was requested

CREATE TABLE removal.requests (
    request_id text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    contract_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    scope text NOT NULL CHECK (scope IN ('jss_only', 'jss_and_profile')),
    status text NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'withdrawn', 'reversed')),
    requested_by text NOT NULL,
    channel text NOT NULL,
    submitted_at timestamptz NOT NULL,
    evidence jsonb NOT NULL,
    decided_by text,
    decided_at timestamptz,
    automatic boolean,
    proposed_by text,
    proposed_at timestamptz,
    ended_by text,                 -- who withdrew it or made the reversal effective
    ended_at timestamptz,
    version bigint NOT NULL,
    CHECK ((status IN ('approved', 'denied', 'reversed')) = (decided_at IS NOT NULL)),
    CHECK ((status IN ('withdrawn', 'reversed')) = (ended_at IS NOT NULL))
);
CREATE INDEX requests_by_account ON removal.requests (account_id, submitted_at DESC, request_id DESC);
CREATE INDEX requests_by_time ON removal.requests (submitted_at DESC, request_id DESC);
CREATE INDEX requests_in_force ON removal.requests (contract_id) WHERE status = 'approved';
CREATE INDEX requests_counted ON removal.requests (account_id, submitted_at DESC, request_id DESC)
    WHERE status IN ('pending', 'approved');
CREATE UNIQUE INDEX one_open_request_per_account ON removal.requests (account_id) WHERE status = 'pending';

-- ---------------------------------------------------------------- intake

CREATE TABLE removal.consumer_places (
    group_name   text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    next_offset  bigint      NOT NULL CHECK (next_offset >= 0),
    position     bigint,
    leaf_hash    bytea,
    sequenced_at timestamptz,
    PRIMARY KEY (group_name, topic, partition)
) WITH (fillfactor = 50);

-- What was not understood, with its bytes as they came. `headers`: each name and value with its length before it, so
-- that null and non-UTF-8 values keep their bytes and an erasure can still search them.
CREATE TABLE removal.parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason text NOT NULL,
    detail text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    headers bytea NOT NULL,
    value bytea,
    at timestamptz NOT NULL,
    published_at timestamptz,      -- when dead-letters had it; leases and attempts run by the machine's clock
    publish_attempts integer NOT NULL DEFAULT 0,
    publish_not_before timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX parked_to_publish ON removal.parked (publish_not_before, id) WHERE published_at IS NULL;

-- ---------------------------------------------------------------- HTTP

CREATE TABLE removal.idempotency_keys (
    sub        text        NOT NULL,
    door       text        NOT NULL,
    key        text        NOT NULL,
    digest     bytea       NOT NULL,
    claim      uuid        NOT NULL,
    claimed_at timestamptz NOT NULL,
    status     smallint CHECK (status BETWEEN 200 AND 499),
    headers    jsonb,
    body       bytea,
    PRIMARY KEY (sub, door, key),
    CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (headers IS NULL))
);
CREATE INDEX idempotency_keys_by_age ON removal.idempotency_keys (claimed_at);

-- ---------------------------------------------------------------- who may what

GRANT SELECT, INSERT ON removal.contract_bindings TO removal;
GRANT SELECT, INSERT, UPDATE ON removal.accounts, removal.members, removal.contracts, removal.requests,
    removal.consumer_places, removal.parked TO removal;
GRANT SELECT, INSERT, UPDATE, DELETE ON removal.idempotency_keys TO removal;

-- migrate:down
DROP SCHEMA removal CASCADE;
