-- read_queue.sql: second statement of a turn, on its own snapshot taken after the head was locked. The queue is the
-- tail of log.events: what lies beyond the last number scanned, and the numbers below it not seen committed then.
(SELECT event.ingest_seq, stream, version, leaf, leaf_hash, paths, ciphertexts
 FROM log.events AS event LEFT JOIN log.sealed_parts USING (ingest_seq)
 WHERE event.ingest_seq = ANY($2::bigint[]))
UNION ALL
(SELECT event.ingest_seq, stream, version, leaf, leaf_hash, paths, ciphertexts
 FROM log.events AS event LEFT JOIN log.sealed_parts USING (ingest_seq)
 WHERE event.ingest_seq > $1 ORDER BY event.ingest_seq LIMIT $3)
ORDER BY ingest_seq;
