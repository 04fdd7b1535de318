-- release_idempotency_key.sql: the act failed without a final answer, so a repeat may run at once.
DELETE FROM {schema}.idempotency_keys WHERE sub = $1 AND door = $2 AND key = $3 AND claim = $4 AND status IS NULL;
