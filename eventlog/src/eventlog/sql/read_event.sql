-- read_event.sql: the one sequenced event with this source and id.
SELECT leaf.position, batch.sequenced_at, event.stream, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM log.events AS event
JOIN log.leaves AS leaf USING (ingest_seq)
LEFT JOIN log.sealed_parts AS part USING (ingest_seq)
CROSS JOIN LATERAL (
    SELECT sequenced_at FROM log.batches WHERE first_position <= leaf.position ORDER BY first_position DESC LIMIT 1
) AS batch
WHERE event.ingest_seq = (SELECT ingest_seq FROM log.event_ids WHERE id_hash = $1);
