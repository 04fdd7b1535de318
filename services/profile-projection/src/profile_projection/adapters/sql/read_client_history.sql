-- read_client_history.sql: a page of a client's ended contracts, in the order of read_work_history. What the account
-- hid of the client's feedback is a tombstone here as well; what the account said, and the client's answer to it, stay.
SELECT
    contract_id, account_id, client_id, completed_at,
    title_event, title,
    client_shown,
    CASE WHEN client_shown = 'visible' THEN client_score END AS client_score,
    CASE WHEN client_shown = 'visible' THEN client_comment_event END AS client_comment_event,
    client_comment_path,
    CASE WHEN client_shown = 'visible' THEN client_comment END AS client_comment,
    talent_shown,
    CASE WHEN talent_shown = 'visible' THEN talent_score END AS talent_score,
    CASE WHEN talent_shown = 'visible' THEN talent_comment_event END AS talent_comment_event,
    talent_comment_path, talent_comment_author,
    CASE WHEN talent_shown = 'visible' THEN talent_comment END AS talent_comment,
    client_response_event, client_response_path, client_response_author,
    CASE WHEN talent_shown <> 'none' THEN client_response END AS client_response
FROM profile.contracts
WHERE client_id = $1::text AND completed_at IS NOT NULL
    AND completed_at <= coalesce($2::timestamptz, 'infinity')
    AND ($2 IS NULL OR completed_at < $2 OR contract_id > $3::text)
ORDER BY completed_at DESC NULLS LAST, contract_id
LIMIT $4::integer
