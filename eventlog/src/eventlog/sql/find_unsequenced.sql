-- find_unsequenced.sql: numbers between the low-water mark and the highest sequenced one that have no position:
-- still uncommitted, rolled back, or held. A new leader watches them as the old one did.
SELECT number FROM generate_series($1::bigint + 1, (SELECT coalesce(max(ingest_seq), $1) FROM log.leaves WHERE ingest_seq > $1)) AS number
EXCEPT
SELECT ingest_seq FROM log.leaves WHERE ingest_seq > $1
ORDER BY number;
