-- save_places.sql: runs in the transaction that applied the records, under the locks of lock_places.sql.
UPDATE {schema}.consumer_places AS p
SET next_offset = new.next_offset, position = new.position, leaf_hash = new.leaf_hash, sequenced_at = new.sequenced_at
FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bytea[], $7::timestamptz[])
    AS new (topic, partition, next_offset, position, leaf_hash, sequenced_at)
WHERE p.group_name = $1 AND p.topic = new.topic AND p.partition = new.partition;
