-- read_positions.sql: a page of the log by position. Keyset, so no snapshot is held across pages.
SELECT leaf.position, batch.sequenced_at, event.stream, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM log.leaves AS leaf
JOIN log.events AS event USING (ingest_seq)
LEFT JOIN log.sealed_parts AS part USING (ingest_seq)
CROSS JOIN LATERAL (
    SELECT sequenced_at FROM log.batches WHERE first_position <= leaf.position ORDER BY first_position DESC LIMIT 1
) AS batch
WHERE leaf.position >= $1 AND leaf.position < $1 + $2
ORDER BY leaf.position;
