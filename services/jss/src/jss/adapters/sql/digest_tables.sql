-- digest_tables.sql: one text for all that was folded, equal for equal facts in whatever order and however often they
-- came. Left out: positions, versions, places, and what depends on when a score was recorded (as_of, cause, previous,
-- reason, older scores).
WITH digests AS (
    SELECT 'accounts' AS what, md5(concat_ws('|', account_id, partition, named, agency, removed_count)) AS row_digest
    FROM jss.accounts
    UNION ALL
    SELECT 'names', md5(concat_ws('|', account_id, partition)) FROM jss.names
    UNION ALL
    SELECT 'memberships', md5(to_jsonb(m)::text) FROM jss.memberships m
    UNION ALL
    SELECT 'contracts', md5(to_jsonb(c)::text) FROM jss.contracts c
    UNION ALL
    SELECT 'day_sums', md5(to_jsonb(d)::text) FROM jss.day_sums d
    UNION ALL
    SELECT 'scores', md5((to_jsonb(s) - ARRAY['version', 'as_of', 'previous', 'reason', 'cause_source', 'cause_id', 'cause_position'])::text)
    FROM jss.scores s JOIN jss.accounts a ON a.account_id = s.account_id AND a.score_version = s.version
    UNION ALL
    SELECT 'client_standings', md5(concat_ws('|', partition, client_id, standing, stamp)) FROM jss.client_standings
    UNION ALL
    SELECT 'subjects', md5(concat_ws('|', partition, subject_id, erased)) FROM jss.subjects WHERE erased
)
SELECT what, count(*) AS row_count, md5(string_agg(row_digest, '' ORDER BY row_digest)) AS digest
FROM digests
GROUP BY what
ORDER BY what
