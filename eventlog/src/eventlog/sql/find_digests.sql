-- find_digests.sql: which of these event ids the log holds, and what content each was recorded with. One probe of one
-- partition for each id; ANY(…) would try every id in every partition.
SELECT found.id_hash, found.digest
FROM unnest($1::bytea[]) AS wanted (id_hash)
CROSS JOIN LATERAL (SELECT id_hash, digest FROM log.event_ids WHERE id_hash = wanted.id_hash LIMIT 1) AS found;
