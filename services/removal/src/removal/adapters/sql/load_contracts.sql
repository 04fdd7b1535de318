-- load_contracts.sql: the contracts that an append touches; under the lock of their accounts' heads.
SELECT contract_id, account_id, client_id, completed_at, earned, terms_stamp, feedback_public, feedback_stamp, upheld,
       last_fact_version
FROM removal.contracts
WHERE contract_id = ANY($1::text[]);
