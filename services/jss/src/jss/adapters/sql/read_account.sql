-- read_account.sql: one account for its own people, and whether the user $2 has a role in it.
SELECT coalesce(a.named, false) OR mention.position IS NOT NULL AS named,
       EXISTS (SELECT FROM jss.subjects s WHERE s.subject_id = asked.account_id AND s.erased) AS erased,
       coalesce(a.agency, false) AS agency,
       EXISTS (SELECT FROM jss.memberships m
               WHERE m.agency_id = asked.account_id AND m.user_id = $2 AND m.role <> 'none') AS has_role,
       coalesce(a.partition, -1) AS partition,
       coalesce(a.version, 0) AS version,
       greatest(a.position, mention.position) AS position,
       coalesce(a.removed_count, 0) AS removed_count,
       coalesce(a.score_version, 0) AS score_version
FROM (VALUES ($1::text)) AS asked (account_id)
LEFT JOIN jss.accounts a USING (account_id)
LEFT JOIN LATERAL (
    SELECT max(n.position) AS position FROM jss.names n WHERE n.account_id = asked.account_id
) AS mention ON true
