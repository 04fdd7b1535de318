-- read_score.sql: the score an account displays, in one statement. A member exclusive to an agency displays the agency's
-- (domain §6.10); of several such memberships the one stated last. Without a recorded score its columns are null.
SELECT coalesce(a.named, false) OR mention.position IS NOT NULL AS named,
       EXISTS (SELECT FROM jss.subjects s WHERE s.subject_id = asked.account_id AND s.erased) AS erased,
       displayed.agency_id AS displayed_from,
       s.version, s.score, s.window_months, s.as_of, s.policy, s.removed_count, s.reason,
       greatest(a.position, mention.position, shown.position) AS position
FROM (VALUES ($1::text)) AS asked (account_id)
LEFT JOIN jss.accounts a USING (account_id)
LEFT JOIN LATERAL (
    SELECT max(n.position) AS position FROM jss.names n WHERE n.account_id = asked.account_id
) AS mention ON true
LEFT JOIN LATERAL (
    SELECT m.agency_id FROM jss.memberships m
    WHERE m.user_id = asked.account_id AND m.exclusive AND m.role <> 'none'
    ORDER BY m.stated_at DESC, m.stated_id DESC, m.stated_source DESC
    LIMIT 1
) AS displayed ON true
LEFT JOIN jss.accounts shown ON shown.account_id = coalesce(displayed.agency_id, asked.account_id)
LEFT JOIN jss.scores s ON s.account_id = shown.account_id AND s.version = shown.score_version
