-- list_scores.sql: a page of an account's recorded scores, newest first, below a version.
SELECT version, score, window_months, as_of, policy, removed_count, previous, reason
FROM jss.scores
WHERE account_id = $1 AND version < $2
ORDER BY version DESC
LIMIT $3
