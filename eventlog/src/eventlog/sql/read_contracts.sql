-- read_contracts.sql: the sequenced events that name one of these contracts, in log order.
SELECT leaf.position, batch.sequenced_at, event.stream, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM log.events AS event
JOIN log.leaves AS leaf USING (ingest_seq)
LEFT JOIN log.sealed_parts AS part USING (ingest_seq)
CROSS JOIN LATERAL (
    SELECT sequenced_at FROM log.batches WHERE first_position <= leaf.position ORDER BY first_position DESC LIMIT 1
) AS batch
WHERE event.contract_id = ANY($1::text[]) AND leaf.position > $2
ORDER BY leaf.position
LIMIT $3;
