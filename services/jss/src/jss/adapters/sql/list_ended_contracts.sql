-- list_ended_contracts.sql: a page of an account's contracts that ended from one day to another, newest end first, then
-- by id. Keyset: a page goes on after the last contract of the one before ($4, $5).
SELECT c.account_id, c.contract_id, c.client_id, c.ended_on, c.earned_cents, c.paid_periods, c.terms_stamp, c.outcome,
       c.feedback_stamp, c.first_content_stamp, c.removals, c.upheld,
       coalesce(s.standing <> 'good', false) AS client_flagged
FROM jss.contracts c
LEFT JOIN jss.client_standings s USING (partition, client_id)
WHERE c.account_id = $1 AND c.ended_on BETWEEN $2 AND $3
  AND c.ended_on <= $4 AND (c.ended_on < $4 OR c.contract_id > $5)
ORDER BY c.ended_on DESC, c.contract_id
LIMIT $6
