-- read_work_history.sql: a page of an account's ended contracts, newest end first, then contract id by bytes, after the
-- contract ($2, $3) when one is given. A text that is not shown is not even fetched: no ciphertext of what is removed
-- comes near an answer. A comment with an event but without ciphertext is an erased one.
SELECT
    contract_id, client_id, completed_at,
    title_event, title,
    client_shown,
    CASE WHEN client_shown = 'visible' THEN client_score END AS client_score,
    CASE WHEN client_shown = 'visible' THEN client_comment_event END AS client_comment_event,
    client_comment_path,
    CASE WHEN client_shown = 'visible' THEN client_comment END AS client_comment,
    response_event, response_path, response_author,
    CASE WHEN client_shown <> 'none' THEN response END AS response
FROM profile.contracts
WHERE account_id = $1::text AND completed_at IS NOT NULL
    AND completed_at <= coalesce($2::timestamptz, 'infinity')
    AND ($2 IS NULL OR completed_at < $2 OR contract_id > $3::text)
ORDER BY completed_at DESC, contract_id
LIMIT $4::integer
