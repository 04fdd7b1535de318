-- make_idempotency_keys.sql: the table of idempotency.py. A service copies it into a migration with its own schema.
CREATE TABLE {schema}.idempotency_keys (
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
CREATE INDEX idempotency_keys_by_age ON {schema}.idempotency_keys (claimed_at);
