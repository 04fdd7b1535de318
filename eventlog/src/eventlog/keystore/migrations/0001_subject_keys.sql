-- migrate:up
-- One random key per subject, wrapped by a key-encryption key (audit-log, Sealed parts and erasure).
-- A row whose key is gone is a tombstone: a key for this subject is never made again.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['key_reader', 'key_maker', 'log_eraser'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- roles belong to the cluster; another database of it has made them
        END;
    END LOOP;
END
$$;
GRANT key_reader TO key_maker, log_eraser;
GRANT USAGE ON SCHEMA keys TO key_reader;

CREATE TABLE keys.subject_keys (
    subject_id text COLLATE "C" PRIMARY KEY,
    wrapped bytea,
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
-- Counts erasures, so that a process learns with one small read that a key it holds may have been destroyed.
CREATE TABLE keys.erasure (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch bigint NOT NULL DEFAULT 0
);
INSERT INTO keys.erasure DEFAULT VALUES;

GRANT SELECT ON keys.subject_keys, keys.erasure TO key_reader;
GRANT INSERT ON keys.subject_keys TO key_maker;
GRANT UPDATE (wrapped, destroyed_at) ON keys.subject_keys TO log_eraser;
GRANT UPDATE ON keys.erasure TO log_eraser;

-- migrate:down
DROP SCHEMA keys CASCADE;
