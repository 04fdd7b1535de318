-- list_accounts_with_days.sql: the accounts of a partition whose contracts ended in any of these ranges of days.
-- Read through a cursor, so that a jump of months holds one chunk at a time in memory.
SELECT DISTINCT d.account_id
FROM unnest($2::date[], $3::date[]) AS range (first_day, last_day)
JOIN jss.day_sums d ON d.partition = $1 AND d.day BETWEEN range.first_day AND range.last_day
ORDER BY d.account_id
