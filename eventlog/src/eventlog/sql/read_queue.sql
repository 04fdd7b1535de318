-- read_queue.sql: second statement of a turn, on its own snapshot taken after the head was locked. The queue is the
-- tail of log.events: what lies beyond the last number scanned, and the numbers below it not seen committed then.
SELECT event.ingest_seq, event.stream, event.version, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM (
    (SELECT ingest_seq, stream, version, leaf, leaf_hash FROM log.events WHERE ingest_seq = ANY($2::bigint[]))
    UNION ALL
    (SELECT ingest_seq, stream, version, leaf, leaf_hash FROM log.events WHERE ingest_seq > $1 ORDER BY ingest_seq LIMIT $3)
) AS event
LEFT JOIN LATERAL (
    SELECT paths, ciphertexts FROM log.sealed_parts WHERE ingest_seq = event.ingest_seq LIMIT 1
) AS part ON true
ORDER BY event.ingest_seq;
