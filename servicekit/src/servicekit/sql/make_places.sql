-- make_places.sql: a place for every partition that has none, so that there is a row to lock.
-- Sorted like lock_places.sql: two members that make the same rows wait for each other in one order.
INSERT INTO {schema}.consumer_places (group_name, topic, partition, next_offset)
SELECT $1, wanted.topic, wanted.partition, 0
FROM unnest($2::text[], $3::int[]) AS wanted (topic, partition)
ORDER BY wanted.topic, wanted.partition
ON CONFLICT (group_name, topic, partition) DO NOTHING;
