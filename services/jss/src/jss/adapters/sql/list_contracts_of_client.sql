-- list_contracts_of_client.sql: one chunk of a client's ended contracts in a partition, an account's side by side.
SELECT account_id, contract_id, client_id, ended_on, earned_cents, paid_periods, terms_stamp, outcome,
       feedback_stamp, first_content_stamp, removals, upheld
FROM jss.contracts
WHERE partition = $1 AND client_id = $2 AND ended_on IS NOT NULL AND (account_id, contract_id) > ($3, $4)
ORDER BY account_id, contract_id
LIMIT $5
