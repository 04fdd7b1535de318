-- load_case.sql: all that one removal request is judged on, in an account of any size.
-- $1 account, $2 user, $3 contract or null, $4 submission, $5 where counting stops. Each part is one index look-up;
-- the count walks at most $5 entries of contracts_completed.
WITH previous AS (
    SELECT request_id, submitted_at
    FROM removal.requests
    WHERE account_id = $1 AND status IN ('pending', 'approved')
    ORDER BY submitted_at DESC, request_id DESC
    LIMIT 1
)
SELECT account.is_agency, account.badge, account.badge_stamp, account.version, member.role,
       contract.contract_id, contract.account_id, contract.client_id, contract.completed_at, contract.earned,
       contract.terms_stamp, contract.feedback_public, contract.feedback_stamp, contract.upheld,
       contract.last_fact_version,
       ARRAY(SELECT request.scope FROM removal.requests AS request
             WHERE request.contract_id = $3 AND request.status = 'approved') AS scopes,
       previous.request_id AS previous_request_id, previous.submitted_at AS previous_submitted_at,
       (SELECT request.request_id FROM removal.requests AS request
        WHERE request.account_id = $1 AND request.status = 'pending') AS open_request_id,
       (SELECT count(*) FROM (
            SELECT FROM removal.contracts AS completed
            WHERE completed.account_id = $1 AND completed.earned > 0 AND completed.completed_at <= $4
              AND completed.completed_at > coalesce(previous.submitted_at, '-infinity')
            LIMIT $5) AS counted) AS completed_since
FROM (VALUES ($1::text)) AS asked (account_id)
LEFT JOIN removal.accounts AS account ON account.account_id = asked.account_id
LEFT JOIN removal.members AS member ON member.agency_id = $1 AND member.user_id = $2
LEFT JOIN removal.contracts AS contract ON contract.contract_id = $3
LEFT JOIN previous ON true;
