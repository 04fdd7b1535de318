-- find_appended.sql: an event by source and id, sequenced or not: how an unknown commit is looked up.
SELECT event.version, event.leaf, event.leaf_hash, part.paths, part.ciphertexts
FROM log.events AS event LEFT JOIN log.sealed_parts AS part USING (ingest_seq)
WHERE event.ingest_seq = (SELECT ingest_seq FROM log.event_ids WHERE id_hash = $1);
