-- find_digests.sql: which of these event ids the log holds, and what content each was recorded with.
SELECT id_hash, digest FROM log.event_ids WHERE id_hash = ANY($1);
