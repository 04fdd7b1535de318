-- load_requests.sql: requests by id, whole.
SELECT request_id, account_id, contract_id, client_id, scope, status, requested_by, channel, submitted_at, evidence,
       decided_by, decided_at, automatic, proposed_by, proposed_at, ended_by, ended_at, version
FROM removal.requests
WHERE request_id = ANY($1::text[]);
