-- load_places.sql: where a group goes on reading. Not locked: only a hint for seeking, judged again under the lock.
SELECT p.topic, p.partition, p.next_offset, p.position, p.leaf_hash, p.sequenced_at
FROM {schema}.consumer_places AS p
JOIN unnest($2::text[], $3::int[]) AS wanted (topic, partition) USING (topic, partition)
WHERE p.group_name = $1;
