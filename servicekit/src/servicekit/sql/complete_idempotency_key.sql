-- complete_idempotency_key.sql: only the claim's owner writes the answer, in the transaction of the act itself.
-- No row back: the claim was taken over, and the act must not be committed either.
UPDATE {schema}.idempotency_keys SET status = $5, headers = $6, body = $7
WHERE sub = $1 AND door = $2 AND key = $3 AND claim = $4 AND status IS NULL
RETURNING claim;
