-- find_bindings.sql: whom these contracts are bound to, as far as they are.
SELECT contract_id, account_id, client_id FROM removal.contract_bindings WHERE contract_id = ANY($1::text[]);
