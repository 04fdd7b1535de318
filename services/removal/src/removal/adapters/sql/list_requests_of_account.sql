-- list_requests_of_account.sql: requests of one account ($4) in a status ($1, or null for all), newest first, after a
-- place in that order ($2, $3). A statement of its own, so that the account is always found by its index.
SELECT request_id, account_id, contract_id, client_id, scope, status, requested_by, channel, submitted_at, evidence,
       decided_by, decided_at, automatic, proposed_by, proposed_at, ended_by, ended_at, version
FROM removal.requests
WHERE account_id = $4 AND ($1::text IS NULL OR status = $1) AND (submitted_at, request_id) < ($2::timestamptz, $3::text)
ORDER BY submitted_at DESC, request_id DESC
LIMIT $5;
