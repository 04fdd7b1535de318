-- migrate:up
-- The append-only log (architecture §4 and §6). Whoever may append can neither change nor remove what is there:
-- the privileges say so, and the triggers say it again to an owner.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['log_owner', 'log_reader', 'log_writer', 'log_sequencer', 'log_eraser'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- roles belong to the cluster; another database of it has made them
        END;
    END LOOP;
END
$$;
GRANT log_reader TO log_writer, log_sequencer, log_eraser;

GRANT CREATE, USAGE ON SCHEMA log TO log_owner;
GRANT USAGE ON SCHEMA log TO log_reader;
SET LOCAL ROLE log_owner;

-- ---------------------------------------------------------------- guards

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% refused: the log is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Statement triggers are not inherited by partitions, so each table and each partition gets its own.
CREATE FUNCTION log.make_append_only(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change()', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', guarded);
END
$$;

-- ---------------------------------------------------------------- what is appended

CREATE SEQUENCE log.ingest_seq AS bigint CACHE 1;  -- a larger cache puts successors before their predecessors

CREATE TABLE log.events (
    ingest_seq bigint NOT NULL PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    leaf bytea NOT NULL CHECK (octet_length(leaf) < 4096),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    contract_id text COLLATE "C",
    client_id text COLLATE "C"
) PARTITION BY RANGE (ingest_seq);
-- Not unique: the locked stream head already guarantees it, and a unique index could not span partitions.
CREATE INDEX events_by_stream ON log.events (stream, version);
CREATE INDEX events_by_contract ON log.events (contract_id, ingest_seq) WHERE contract_id IS NOT NULL;
CREATE INDEX events_by_client ON log.events (client_id, ingest_seq) WHERE client_id IS NOT NULL;

CREATE TABLE log.sealed_parts (
    ingest_seq bigint NOT NULL PRIMARY KEY,
    paths text[] NOT NULL,
    subjects text[] NOT NULL,
    ciphertexts bytea[] NOT NULL,
    CHECK (cardinality(paths) = cardinality(subjects) AND cardinality(paths) = cardinality(ciphertexts))
) PARTITION BY RANGE (ingest_seq);

-- Deduplication and look-up by (source, id) in one: id_hash = the first 16 bytes of SHA-256(framed source, framed id).
CREATE TABLE log.event_ids (
    id_hash bytea NOT NULL,
    ingest_seq bigint NOT NULL,
    digest bytea,
    CONSTRAINT one_per_source_and_id PRIMARY KEY (id_hash)
) PARTITION BY HASH (id_hash);

-- Who is named by facts about another account: freelancers of an agency's contracts, members. Such facts lie in the
-- agency's stream; without this a reader looking for a user's own would have to read the agency's whole stream.
-- `membership`: the fact states the user's role.
CREATE TABLE log.named_users (
    user_id text COLLATE "C" NOT NULL,
    membership boolean NOT NULL,
    ingest_seq bigint NOT NULL,
    PRIMARY KEY (user_id, membership, ingest_seq)
);

CREATE TABLE log.stream_heads (
    stream text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    leaf_hash bytea NOT NULL
) WITH (fillfactor = 70);

-- ---------------------------------------------------------------- what the sequencer adds

CREATE TABLE log.leaves (
    position bigint NOT NULL PRIMARY KEY,
    ingest_seq bigint NOT NULL,
    leaf_hash bytea NOT NULL
) PARTITION BY RANGE (position);
CREATE INDEX leaves_by_ingest_seq ON log.leaves (ingest_seq);

CREATE TABLE log.batches (
    first_position bigint PRIMARY KEY,
    size bigint NOT NULL CHECK (size > 0),
    sequenced_at timestamptz NOT NULL,
    epoch bigint NOT NULL
);
CREATE INDEX batches_by_time ON log.batches (sequenced_at, first_position);

CREATE TABLE log.head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    size bigint NOT NULL DEFAULT 0,
    sequenced_at timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00Z',
    epoch bigint NOT NULL DEFAULT 0,
    queue_mark bigint NOT NULL DEFAULT 0,   -- no event at or below it waits for a position, nor ever will
    published bigint NOT NULL DEFAULT 0     -- every position below it is in Kafka (a hint: Kafka's own tail decides)
);
INSERT INTO log.head DEFAULT VALUES;

CREATE TABLE log.lease (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder text NOT NULL DEFAULT '',
    expires_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO log.lease DEFAULT VALUES;

CREATE TABLE log.topic (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    partitions integer NOT NULL CHECK (partitions > 0)  -- fixed when the topic is made; producers and consumers refuse another
);

-- A position means one leaf for ever: the first new one is the size of the log, and none is left out.
CREATE FUNCTION log.assert_contiguous() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    size bigint;
    lowest bigint;
    highest bigint;
    total bigint;
BEGIN
    SELECT head.size INTO size FROM log.head;
    SELECT min(position), max(position), count(*) INTO lowest, highest, total FROM added;
    IF total > 0 AND (lowest <> size OR highest <> size + total - 1) THEN
        RAISE EXCEPTION 'positions % to % (% leaves) do not continue a log of size %', lowest, highest, total, size
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER contiguous AFTER INSERT ON log.leaves
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION log.assert_contiguous();
ALTER TABLE log.leaves ENABLE ALWAYS TRIGGER contiguous;

-- ---------------------------------------------------------------- partitions

-- Makes the partition that holds `at` and the next one, of all three range-partitioned tables. Runs as owner.
CREATE FUNCTION log.add_partitions(at bigint, width bigint DEFAULT 16777216) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parent text;
    part text;
    first bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('log.add_partitions'));
    FOREACH parent IN ARRAY ARRAY['events', 'sealed_parts', 'leaves'] LOOP
        FOREACH first IN ARRAY ARRAY[at / width * width, (at / width + 1) * width] LOOP
            part := format('%s_%s', parent, first / width);
            IF to_regclass(format('log.%I', part)) IS NULL THEN
                EXECUTE format('CREATE TABLE log.%I PARTITION OF log.%I FOR VALUES FROM (%s) TO (%s)', part, parent, first, first + width);
                IF parent <> 'sealed_parts' THEN
                    PERFORM log.make_append_only(format('log.%I', part)::regclass);
                END IF;
            END IF;
        END LOOP;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION log.add_partitions, log.make_append_only FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.add_partitions TO log_sequencer;
SELECT log.add_partitions(0);

DO $$
BEGIN
    FOR n IN 0..15 LOOP
        EXECUTE format('CREATE TABLE log.event_ids_%s PARTITION OF log.event_ids FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
        PERFORM log.make_append_only(format('log.event_ids_%s', n)::regclass);
    END LOOP;
END
$$;
SELECT log.make_append_only(guarded)
FROM unnest(ARRAY['log.events', 'log.event_ids', 'log.named_users', 'log.leaves', 'log.batches']::regclass[]) AS guarded;

-- ---------------------------------------------------------------- who may what

GRANT SELECT ON log.events, log.sealed_parts, log.event_ids, log.named_users, log.stream_heads, log.leaves, log.batches,
    log.head, log.lease, log.topic TO log_reader;
GRANT INSERT ON log.events, log.event_ids, log.named_users, log.sealed_parts TO log_writer;
GRANT INSERT, UPDATE ON log.stream_heads TO log_writer;
GRANT USAGE ON SEQUENCE log.ingest_seq TO log_writer;
GRANT SELECT ON SEQUENCE log.ingest_seq TO log_reader;
GRANT INSERT ON log.leaves, log.batches TO log_sequencer;
GRANT INSERT ON log.topic TO log_sequencer;
GRANT UPDATE ON log.head, log.lease TO log_sequencer;
GRANT INSERT, DELETE ON log.sealed_parts TO log_eraser;

RESET ROLE;

-- migrate:down
DROP SCHEMA log CASCADE;
