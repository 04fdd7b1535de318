-- find_others_of_day.sql: smallest and greatest client among a day's counted contracts but one. The bounds are found by
-- index; at most one row is passed over on either side.
SELECT
    (SELECT c.client_id FROM jss.contracts c
     WHERE c.account_id = $1 AND c.ended_on = $2 AND c.not_counted IS NULL AND c.contract_id <> $3
     ORDER BY c.account_id, c.ended_on, c.client_id LIMIT 1) AS first_client,
    (SELECT c.client_id FROM jss.contracts c
     WHERE c.account_id = $1 AND c.ended_on = $2 AND c.not_counted IS NULL AND c.contract_id <> $3
     ORDER BY c.account_id DESC, c.ended_on DESC, c.client_id DESC LIMIT 1) AS last_client
