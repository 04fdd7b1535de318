-- claim_parked.sql: take parked records to publish; nobody else takes them for $2 seconds.
-- A claim, not a lock: nothing is held while Kafka is waited for, and a crash only delays and may repeat.
UPDATE removal.parked AS parked
SET publish_attempts = parked.publish_attempts + 1,
    publish_not_before = clock_timestamp() + make_interval(secs => $2)
FROM (
    SELECT id FROM removal.parked
    WHERE published_at IS NULL AND publish_not_before <= clock_timestamp()
    ORDER BY publish_not_before, id
    LIMIT $1
    FOR UPDATE SKIP LOCKED
) AS due
WHERE parked.id = due.id
RETURNING parked.id, reason, detail, topic, partition, "offset", key, headers, value, publish_attempts;
