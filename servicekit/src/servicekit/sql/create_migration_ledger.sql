-- create_migration_ledger.sql: the schema and dbmate's ledger table in it, with the digest of the file that ran.
-- Runs under the migration lock, so IF NOT EXISTS cannot race.
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.schema_migrations (
    version    text        NOT NULL PRIMARY KEY,
    digest     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
