-- claim_idempotency_key.sql: one row decides who may act. A row comes back only to the caller that may.
-- A claim without an answer can be taken over by the same request once its lease is over; an expired key is free again.
-- Two callers at once meet on the primary key: the second sees the first one's row, after it committed.
INSERT INTO {schema}.idempotency_keys AS k (sub, door, key, digest, claim, claimed_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp())
ON CONFLICT (sub, door, key) DO UPDATE
SET digest = excluded.digest, claim = excluded.claim, claimed_at = excluded.claimed_at,
    status = NULL, headers = NULL, body = NULL
WHERE k.claimed_at < clock_timestamp() - make_interval(days => $7)
   OR (k.status IS NULL AND k.digest = excluded.digest AND k.claimed_at < clock_timestamp() - make_interval(secs => $6))
RETURNING k.claim;
