-- sum_windows.sql: sum each account's days on its own date: at most 732 rows an account, of any size.
-- Windows lie within each other, so each day is summed once, in the ring of the shortest window that holds it; the days
-- a window holds come in as its first day (domain/calendar.py), and every window ends on the date itself.
SELECT asked.account_id,
       CASE WHEN d.day >= asked.from_6 THEN 6 WHEN d.day >= asked.from_12 THEN 12 ELSE 24 END AS ring,
       sum(d.positive)::bigint AS positive,
       sum(d.negative)::bigint AS negative,
       sum(d.total)::bigint AS total,
       sum(d.counted)::bigint AS counted,
       min(d.first_client) AS first_client,
       max(d.last_client) AS last_client,
       sum(d.removed)::bigint AS removed,
       sum(d.upheld_report)::bigint AS upheld_report,
       sum(d.withdrawn)::bigint AS withdrawn,
       sum(d.client_flagged)::bigint AS client_flagged,
       sum(d.no_feedback)::bigint AS no_feedback,
       sum(d.nothing_earned)::bigint AS nothing_earned
FROM unnest($1::text[], $2::date[], $3::date[], $4::date[], $5::date[]) AS asked (account_id, as_of, from_6, from_12, from_24)
JOIN jss.day_sums d ON d.account_id = asked.account_id AND d.day BETWEEN asked.from_24 AND asked.as_of
GROUP BY 1, 2
