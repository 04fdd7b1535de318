-- load_refusals.sql: refusals by id, whole.
SELECT refusal_id, account_id, contract_id, scope, requested_by, channel, submitted_at, failed, evidence, version
FROM removal.refusals
WHERE refusal_id = ANY($1::text[]);
