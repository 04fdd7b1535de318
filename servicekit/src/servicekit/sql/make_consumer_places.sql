-- make_consumer_places.sql: the table of places.py. A service copies it into its first migration with its own schema.
CREATE TABLE {schema}.consumer_places (
    group_name   text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    next_offset  bigint      NOT NULL CHECK (next_offset >= 0),
    position     bigint,
    leaf_hash    bytea,
    sequenced_at timestamptz,
    PRIMARY KEY (group_name, topic, partition)
);
