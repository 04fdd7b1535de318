-- migrate:up
-- What the public sees: one row per contract, from which both pages are read, and the figures of accounts.
-- Texts are ciphertext with the id of the event that seals them. Every id sorts by bytes (COLLATE "C"), as pages promise.
-- Two partitions of the log never meet in a write: what a client's facts or an erasure touch has a row per partition.

DO $$
BEGIN
    CREATE ROLE profile NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the cluster; another database of it has made it
END
$$;

CREATE TABLE profile.contracts (
    account_id text COLLATE "C" NOT NULL,
    contract_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    completed_at timestamptz,                -- null until the contract has ended; such a row shows nowhere
    paid boolean NOT NULL,                   -- net earnings above zero: counts as a job
    title bytea,
    title_event text,                        -- the event the title is sealed in; with a null ciphertext: erased
    client_shown text NOT NULL CHECK (client_shown IN ('terms', 'author', 'perk', 'visible', 'none')),
    client_score smallint,                   -- hundredths; what the slot says, shown or not
    client_comment bytea,
    client_comment_event text,
    client_comment_path text,
    response bytea,                          -- the account's answer to the client's feedback
    response_event text,
    response_path text,
    response_author text COLLATE "C",
    talent_shown text NOT NULL CHECK (talent_shown IN ('terms', 'author', 'visible', 'none')),
    talent_score smallint,
    talent_comment bytea,
    talent_comment_event text,
    talent_comment_path text,
    talent_comment_author text COLLATE "C",
    client_response bytea,                   -- the client's answer to the talent's feedback
    client_response_event text,
    client_response_path text,
    client_response_author text COLLATE "C",
    slots jsonb NOT NULL,                    -- stamps and what outlasts them: all the fold needs beyond the columns above
    PRIMARY KEY (account_id, contract_id),
    CHECK (completed_at IS NOT NULL OR NOT paid)
) WITH (fillfactor = 80);
CREATE INDEX contracts_work_history ON profile.contracts (account_id, completed_at DESC, contract_id)
    WHERE completed_at IS NOT NULL;
CREATE INDEX contracts_client_history ON profile.contracts (client_id, completed_at DESC NULLS LAST, contract_id);
-- For erasure, with the two above: every row in which somebody may have left a text.
CREATE INDEX contracts_talent_author ON profile.contracts (talent_comment_author)
    WHERE talent_comment_author <> account_id;
CREATE INDEX contracts_responder ON profile.contracts (response_author) WHERE response_author <> account_id;

-- What may be shown of an ended contract's client feedback. A text that is not shown is not even fetched: no ciphertext
-- of what is removed comes near an answer. A comment with an event but without ciphertext is an erased one.
CREATE VIEW profile.work_history AS
SELECT
    account_id, contract_id, client_id, completed_at, title_event, title, client_shown,
    CASE WHEN client_shown = 'visible' THEN client_score END AS client_score,
    CASE WHEN client_shown = 'visible' THEN client_comment_event END AS client_comment_event,
    client_comment_path,
    CASE WHEN client_shown = 'visible' THEN client_comment END AS client_comment,
    response_event, response_path, response_author,
    CASE WHEN client_shown <> 'none' THEN response END AS response
FROM profile.contracts
WHERE completed_at IS NOT NULL;

-- The same for a client's history: what the account hid of the client's feedback is hidden here as well; what the account
-- said, and the client's answer to it, stay.
CREATE VIEW profile.client_history AS
SELECT
    client_id, contract_id, account_id, completed_at, title_event, title, client_shown,
    CASE WHEN client_shown = 'visible' THEN client_score END AS client_score,
    CASE WHEN client_shown = 'visible' THEN client_comment_event END AS client_comment_event,
    client_comment_path,
    CASE WHEN client_shown = 'visible' THEN client_comment END AS client_comment,
    talent_shown,
    CASE WHEN talent_shown = 'visible' THEN talent_score END AS talent_score,
    CASE WHEN talent_shown = 'visible' THEN talent_comment_event END AS talent_comment_event,
    talent_comment_path, talent_comment_author,
    CASE WHEN talent_shown = 'visible' THEN talent_comment END AS talent_comment,
    client_response_event, client_response_path, client_response_author,
    CASE WHEN talent_shown <> 'none' THEN client_response END AS client_response
FROM profile.contracts
WHERE completed_at IS NOT NULL;

CREATE TABLE profile.accounts (
    account_id text COLLATE "C" PRIMARY KEY,
    named boolean NOT NULL,                  -- a fact of the marketplace names it; requests name nobody
    agency boolean NOT NULL,                 -- some fact says so
    badge text NOT NULL,
    badge_stamp jsonb,
    score_sum bigint NOT NULL,               -- hundredths
    score_count integer NOT NULL,
    removed_count integer NOT NULL,
    jobs integer NOT NULL,
    version bigint NOT NULL,                 -- of the stream account/<id>; 0 when only its name is known
    position bigint NOT NULL,                -- the newest folded
    decisive_position bigint NOT NULL,       -- of the last approval, reversal or upheld report, -1 without: a score follows
    CHECK (removed_count BETWEEN 0 AND score_count AND jobs >= 0)
) WITH (fillfactor = 80);

-- Who is named by facts of an agency: freelancers of its contracts, members. Written from the agency's partition, where
-- the account's own row may not be touched; read beside profile.accounts.
CREATE TABLE profile.mentions (
    user_id text COLLATE "C" NOT NULL,
    agency_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (user_id, agency_id)
);

CREATE TABLE profile.memberships (
    agency_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    role text NOT NULL,
    exclusive boolean NOT NULL,
    stated_at timestamptz NOT NULL,          -- the stamp: time, id, source, compared by bytes
    stated_id text COLLATE "C" NOT NULL,
    stated_source text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (agency_id, user_id)
);
CREATE INDEX memberships_of_user ON profile.memberships (user_id);

CREATE TABLE profile.names (
    kind text NOT NULL CHECK (kind IN ('account', 'client')),
    id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    display_name bytea,
    display_name_event text,
    stamp jsonb NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE profile.clients (
    client_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    named boolean NOT NULL,
    version bigint NOT NULL,                 -- of the stream client/<id>, as far as this partition has come
    position bigint NOT NULL,
    PRIMARY KEY (client_id, partition)
) WITH (fillfactor = 80);

CREATE TABLE profile.scores (
    account_id text COLLATE "C" PRIMARY KEY,
    policy text NOT NULL,
    as_of date NOT NULL,
    score smallint,
    window_months smallint,
    removed_count integer NOT NULL,
    reason text,
    cause_position bigint NOT NULL,          -- the score rests on every decision up to here
    version bigint NOT NULL,
    position bigint NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE profile.subjects (
    subject_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    erased boolean NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (subject_id, partition)
);

CREATE TABLE profile.consumer_places (
    group_name   text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    next_offset  bigint      NOT NULL CHECK (next_offset >= 0),
    position     bigint,
    leaf_hash    bytea,
    sequenced_at timestamptz,
    PRIMARY KEY (group_name, topic, partition)
);

GRANT USAGE ON SCHEMA profile TO profile;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA profile TO profile;
GRANT key_reader, log_reader TO profile;  -- its doors open texts; its consumer asks how many partitions the log has

-- migrate:down
DROP SCHEMA profile CASCADE;
