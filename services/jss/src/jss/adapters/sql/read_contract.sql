-- read_contract.sql: one contract of an account, with its client's standing as the account's partition knows it.
SELECT c.account_id, c.contract_id, c.client_id, c.ended_on, c.earned_cents, c.paid_periods, c.terms_stamp, c.outcome,
       c.feedback_stamp, c.first_content_stamp, c.removals, c.upheld,
       coalesce(s.standing <> 'good', false) AS client_flagged
FROM jss.contracts c
LEFT JOIN jss.client_standings s USING (partition, client_id)
WHERE c.account_id = $1 AND c.contract_id = $2
