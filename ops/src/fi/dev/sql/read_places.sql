-- read_places.sql: how far a service has read each partition; of several groups the one that is furthest behind.
-- A place moves in the transaction that applies what was read, so what it has passed is folded.
SELECT topic, partition, min(next_offset) AS next_offset
FROM {schema}.consumer_places
GROUP BY topic, partition;
