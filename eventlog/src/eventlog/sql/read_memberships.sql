-- read_memberships.sql: the sequenced facts about a user's role in agencies, in log order, up to a position.
SELECT leaf.position, batch.sequenced_at, event.stream, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM log.named_users AS named
JOIN log.events AS event USING (ingest_seq)
JOIN log.leaves AS leaf USING (ingest_seq)
LEFT JOIN log.sealed_parts AS part USING (ingest_seq)
CROSS JOIN LATERAL (
    SELECT sequenced_at FROM log.batches WHERE first_position <= leaf.position ORDER BY first_position DESC LIMIT 1
) AS batch
WHERE named.user_id = $1 AND named.membership AND leaf.position <= $2
ORDER BY leaf.position;
