-- list_days.sql: an account's day sums from one day to another, both included: at most 732 rows for a score.
SELECT day, positive, negative, total, counted, first_client, last_client,
       removed, upheld_report, withdrawn, client_flagged, no_feedback, nothing_earned
FROM jss.day_sums
WHERE account_id = $1 AND day BETWEEN $2 AND $3
