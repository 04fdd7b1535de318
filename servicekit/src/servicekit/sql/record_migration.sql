-- record_migration.sql: runs in the migration's own transaction, so a file is recorded exactly when it took effect.
INSERT INTO {schema}.schema_migrations (version, digest) VALUES ($1, $2);
