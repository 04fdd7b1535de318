-- migrate:up
-- What the scores are made of, folded from the log's topic. Every row belongs to one partition of it, and only that
-- partition's consumer writes it: two partitions never meet in a write (architecture §5).

DO $$
BEGIN
    CREATE ROLE jss NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the cluster; another database of it has made them
END
$$;
GRANT log_writer, key_reader TO jss;
GRANT USAGE ON SCHEMA jss TO jss;

-- ---------------------------------------------------------------- accounts

CREATE TABLE jss.accounts (
    account_id text COLLATE "C" PRIMARY KEY,
    partition integer NOT NULL,
    named boolean NOT NULL,               -- by a marketplace fact; requests name nobody
    agency boolean NOT NULL,
    version bigint NOT NULL,              -- of stream account/<id>, folded
    position bigint NOT NULL,             -- of the log, the newest folded into the account
    removed_count integer NOT NULL CHECK (removed_count >= 0),
    score_version bigint                  -- of stream score/<id>: the current score
) WITH (fillfactor = 80);

-- An agency's people are named in the agency's partition, where their own account's row must not be written.
CREATE TABLE jss.names (
    account_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (account_id, partition)
);

CREATE TABLE jss.memberships (
    agency_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    role text NOT NULL,
    exclusive boolean NOT NULL,
    stated_at timestamptz NOT NULL,
    stated_id text COLLATE "C" NOT NULL,
    stated_source text COLLATE "C" NOT NULL,
    PRIMARY KEY (agency_id, user_id)
) WITH (fillfactor = 90);
CREATE INDEX memberships_of_user ON jss.memberships (user_id);

-- ---------------------------------------------------------------- contracts and their sums

-- The private rating is in no column: only the outcome class it leads to is kept (architecture §1.10).
-- Stamps are JSON texts of [holds_from, time, id, source]; only the fold compares them.
CREATE TABLE jss.contracts (
    account_id text COLLATE "C" NOT NULL,
    contract_id text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    ended_on date,                        -- UTC; null: named, but not ended as far as we know
    earned_cents bigint,
    paid_periods bigint,
    terms_stamp text,
    outcome text CHECK (outcome IN ('positive', 'neutral', 'negative', 'unscored')),  -- null: nothing said, or taken back
    feedback_stamp text,
    first_content_stamp text,
    removals jsonb,                       -- {"approved": [request ids], "reversed": [request ids]}; null: none
    upheld boolean NOT NULL,
    not_counted text,                     -- why the contract does not count now; null: it counts once it has ended
    PRIMARY KEY (account_id, contract_id),
    CHECK ((ended_on IS NULL) = (terms_stamp IS NULL) AND (earned_cents IS NULL) = (terms_stamp IS NULL)
           AND (paid_periods IS NULL) = (terms_stamp IS NULL))
) WITH (fillfactor = 90);
-- The smallest and greatest client of a day in two probes, however many contracts ended on it.
CREATE INDEX contracts_counted ON jss.contracts (account_id, ended_on, client_id)
    WHERE ended_on IS NOT NULL AND not_counted IS NULL;
CREATE INDEX contracts_ended ON jss.contracts (account_id, ended_on DESC, contract_id) WHERE ended_on IS NOT NULL;
CREATE INDEX contracts_of_client ON jss.contracts (partition, client_id, account_id, contract_id)
    WHERE ended_on IS NOT NULL;

-- Per account and day: what its contracts come to (weights in hundredths). No row where nothing ended.
CREATE TABLE jss.day_sums (
    account_id text COLLATE "C" NOT NULL,
    day date NOT NULL,
    partition integer NOT NULL,
    positive bigint NOT NULL CHECK (positive >= 0),
    negative bigint NOT NULL CHECK (negative >= 0),
    total bigint NOT NULL CHECK (total >= positive + negative),
    counted bigint NOT NULL CHECK (counted >= 0),
    first_client text COLLATE "C",
    last_client text COLLATE "C",
    removed bigint NOT NULL CHECK (removed >= 0),
    upheld_report bigint NOT NULL CHECK (upheld_report >= 0),
    withdrawn bigint NOT NULL CHECK (withdrawn >= 0),
    client_flagged bigint NOT NULL CHECK (client_flagged >= 0),
    no_feedback bigint NOT NULL CHECK (no_feedback >= 0),
    nothing_earned bigint NOT NULL CHECK (nothing_earned >= 0),
    PRIMARY KEY (account_id, day)
) WITH (fillfactor = 80);
CREATE INDEX day_sums_by_day ON jss.day_sums (partition, day, account_id);

-- ---------------------------------------------------------------- recorded scores

-- What jss recorded in score/<account>, by version there; the current one is accounts.score_version.
CREATE TABLE jss.scores (
    account_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    score smallint,
    window_months smallint,
    as_of date NOT NULL,
    policy text NOT NULL,
    removed_count integer NOT NULL,
    windows jsonb NOT NULL,
    not_counted jsonb NOT NULL,
    previous smallint,
    reason text,
    cause_source text NOT NULL,
    cause_id text NOT NULL,
    cause_position bigint NOT NULL,
    PRIMARY KEY (account_id, version),
    CHECK ((score IS NULL) = (window_months IS NULL))
);

-- ---------------------------------------------------------------- broadcast state, one row per partition

CREATE TABLE jss.client_standings (
    partition integer NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    standing text NOT NULL,
    stamp text NOT NULL,
    version bigint NOT NULL,              -- of stream client/<id>, folded
    PRIMARY KEY (partition, client_id)
) WITH (fillfactor = 90);

CREATE TABLE jss.subjects (
    partition integer NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    erased boolean NOT NULL,
    version bigint NOT NULL,              -- of stream subject/<id>, folded
    PRIMARY KEY (subject_id, partition)
);

CREATE TABLE jss.scoring_days (
    partition integer PRIMARY KEY,
    day date NOT NULL,                    -- the last one folded, as the log's sequenced time dates it
    version bigint NOT NULL
);

-- ---------------------------------------------------------------- where the consumer is

CREATE TABLE jss.consumer_places (
    group_name text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    position bigint,
    leaf_hash bytea,
    sequenced_at timestamptz,
    PRIMARY KEY (group_name, topic, partition)
);

GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA jss TO jss;
GRANT DELETE ON jss.accounts, jss.memberships, jss.contracts, jss.day_sums, jss.scores TO jss;  -- erasure, empty days
REVOKE ALL ON jss.schema_migrations FROM jss;

-- migrate:down
DROP SCHEMA jss CASCADE;
