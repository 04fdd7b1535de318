-- read_work_history.sql: whether a fact names an account ($1) and how far its own facts are folded, repeated for a page
-- of $4 contracts of its work history: newest end first, then contract id by bytes, after the contract ($2, $3) when
-- one is given. With $4 = 0 one row.
SELECT
    coalesce(accounts.named, false) OR mention.position IS NOT NULL AS named,
    EXISTS (SELECT FROM profile.subjects WHERE subjects.subject_id = asked.account_id AND erased) AS erased,
    coalesce(accounts.position, mention.position, -1) AS account_position,
    history.contract_id, history.client_id, history.completed_at, history.title_event, history.title,
    history.client_shown, history.client_score,
    history.client_comment_event, history.client_comment_path, history.client_comment,
    history.response_event, history.response_path, history.response_author, history.response
FROM (SELECT $1::text COLLATE "C" AS account_id) AS asked
LEFT JOIN profile.accounts USING (account_id)
LEFT JOIN LATERAL (
    SELECT max(position) AS position FROM profile.mentions WHERE mentions.user_id = asked.account_id
) AS mention ON true
LEFT JOIN LATERAL (
    SELECT * FROM profile.work_history
    WHERE work_history.account_id = asked.account_id
        AND completed_at <= coalesce($2::timestamptz, 'infinity')
        AND ($2 IS NULL OR completed_at < $2 OR contract_id > $3::text COLLATE "C")
    ORDER BY completed_at DESC, contract_id
    LIMIT $4::integer
) AS history ON true
ORDER BY history.completed_at DESC, history.contract_id
