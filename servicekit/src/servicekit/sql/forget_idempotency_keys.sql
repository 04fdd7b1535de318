-- forget_idempotency_keys.sql: in small bites, so that no call waits long for a row lock.
DELETE FROM {schema}.idempotency_keys
WHERE (sub, door, key) IN (
    SELECT sub, door, key FROM {schema}.idempotency_keys
    WHERE claimed_at < clock_timestamp() - make_interval(days => $1)
    ORDER BY claimed_at LIMIT 1000 FOR UPDATE SKIP LOCKED
)
RETURNING key;
