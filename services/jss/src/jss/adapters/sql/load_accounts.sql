-- load_accounts.sql: the accounts asked for with their current score; every id asked for answers with a row.
-- An erased account has neither contracts nor a score any more: nothing is folded into it but its version.
SELECT asked.account_id, asked.partition, a.named, a.agency, a.version, a.position, a.removed_count,
       coalesce(s.erased, false) AS erased, c.windows, c.not_counted, c.removed_count AS scored_removed_count
FROM unnest($1::text[], $2::integer[]) AS asked (account_id, partition)
LEFT JOIN jss.accounts a USING (account_id)
LEFT JOIN jss.subjects s ON s.partition = asked.partition AND s.subject_id = asked.account_id
LEFT JOIN jss.scores c ON c.account_id = a.account_id AND c.version = a.score_version
