-- read_highest_sequenced.sql: where scanning the queue goes on.
SELECT coalesce(max(ingest_seq), $1) FROM log.leaves WHERE ingest_seq > $1;
