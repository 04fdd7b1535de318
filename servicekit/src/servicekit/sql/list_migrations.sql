-- list_migrations.sql: what has run in this schema.
SELECT version, digest FROM {schema}.schema_migrations;
