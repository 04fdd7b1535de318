-- read_client_history.sql: whether a fact names a client ($1), its name, and how far all partitions together have come,
-- repeated for a page of $4 contracts, in the order of read_work_history and after the contract ($2, $3).
-- `progress` grows with every event that any partition folds into this history. With $4 = 0 one row.
SELECT
    asked.client_id,
    coalesce(place.named, false) OR names.id IS NOT NULL AS named,
    names.display_name,
    names.display_name_event,
    coalesce(place.position, -1) AS client_position,
    coalesce(place.progress, 0) AS progress,
    coalesce(names.position, -1) AS name_position,
    history.contract_id, history.account_id, history.completed_at, history.title_event, history.title,
    history.client_shown, history.client_score,
    history.client_comment_event, history.client_comment_path, history.client_comment,
    history.talent_shown, history.talent_score,
    history.talent_comment_event, history.talent_comment_path, history.talent_comment_author, history.talent_comment,
    history.client_response_event, history.client_response_path, history.client_response_author,
    history.client_response
FROM (SELECT $1::text COLLATE "C" AS client_id) AS asked
LEFT JOIN profile.names ON names.kind = 'client' AND names.id = asked.client_id
LEFT JOIN LATERAL (
    SELECT bool_or(clients.named) AS named, max(position) AS position, sum(position + 1)::bigint AS progress
    FROM profile.clients WHERE clients.client_id = asked.client_id
) AS place ON true
LEFT JOIN LATERAL (
    SELECT * FROM profile.client_history
    WHERE client_history.client_id = asked.client_id
        AND completed_at <= coalesce($2::timestamptz, 'infinity')
        AND ($2 IS NULL OR completed_at < $2 OR contract_id > $3::text COLLATE "C")
    ORDER BY completed_at DESC NULLS LAST, contract_id
    LIMIT $4::integer
) AS history ON true
ORDER BY history.completed_at DESC, history.contract_id
