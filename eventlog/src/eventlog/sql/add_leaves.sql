-- add_leaves.sql: contiguous positions from the log's size on, in the given order; the table's trigger refuses else.
INSERT INTO log.leaves (position, ingest_seq, leaf_hash)
SELECT $1 + nth - 1, ingest_seq, leaf_hash
FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS leaf (ingest_seq, leaf_hash, nth)
ORDER BY nth;
