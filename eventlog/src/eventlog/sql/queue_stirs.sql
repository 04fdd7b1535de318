-- queue_stirs.sql: whether a turn would find anything; locks nothing.
SELECT EXISTS (SELECT FROM log.events WHERE ingest_seq > $1)
    OR EXISTS (SELECT FROM log.events WHERE ingest_seq = ANY($2::bigint[]));
