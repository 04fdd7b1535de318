-- queue_stirs.sql: whether a turn would find anything; locks nothing. The greatest number is one step into the index;
-- EXISTS (… > $1) would read the whole table for nothing whenever the planner expects a match early.
SELECT coalesce((SELECT max(ingest_seq) FROM log.events), 0) > $1
    OR EXISTS (SELECT FROM log.events WHERE ingest_seq = ANY($2::bigint[]));
