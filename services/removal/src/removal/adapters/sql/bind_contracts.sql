-- bind_contracts.sql: bind contracts that nobody has bound, in one order so that writers cannot deadlock.
-- A writer that comes second waits here for the first; what the first bound stands and is read back.
INSERT INTO removal.contract_bindings (contract_id, account_id, client_id)
SELECT contract_id, account_id, client_id
FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (contract_id, account_id, client_id)
ORDER BY contract_id
ON CONFLICT ON CONSTRAINT contract_bound_once DO NOTHING;
