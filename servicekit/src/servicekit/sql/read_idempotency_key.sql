-- read_idempotency_key.sql: what the call that has the key said, or that it has not said anything yet.
SELECT digest, status, headers, body FROM {schema}.idempotency_keys WHERE sub = $1 AND door = $2 AND key = $3;
