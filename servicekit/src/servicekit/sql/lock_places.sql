-- lock_places.sql: fences a member that lost its partition: when it gets the lock, the place has passed its records.
SELECT p.topic, p.partition, p.next_offset, p.position, p.leaf_hash, p.sequenced_at
FROM {schema}.consumer_places AS p
JOIN unnest($2::text[], $3::int[]) AS wanted (topic, partition) USING (topic, partition)
WHERE p.group_name = $1
ORDER BY p.topic, p.partition
FOR UPDATE OF p;
