-- load_contracts.sql: the contracts asked for, as far as any fact has named them.
SELECT account_id, contract_id, client_id, ended_on, earned_cents, paid_periods, terms_stamp, outcome,
       feedback_stamp, first_content_stamp, removals, upheld
FROM unnest($1::text[], $2::text[]) AS asked (account_id, contract_id)
JOIN jss.contracts USING (account_id, contract_id)
