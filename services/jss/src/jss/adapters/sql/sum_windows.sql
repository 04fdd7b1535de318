-- sum_windows.sql: sum each account's days on its own date: at most 732 rows an account, of any size.
-- The days a window holds come in as its first day (domain/calendar.py); every window ends on the date itself.
SELECT asked.account_id,
       coalesce(sum(d.positive) FILTER (WHERE d.day >= asked.from_6), 0)::bigint AS positive_6,
       coalesce(sum(d.negative) FILTER (WHERE d.day >= asked.from_6), 0)::bigint AS negative_6,
       coalesce(sum(d.total) FILTER (WHERE d.day >= asked.from_6), 0)::bigint AS total_6,
       coalesce(sum(d.counted) FILTER (WHERE d.day >= asked.from_6), 0)::bigint AS counted_6,
       min(d.first_client) FILTER (WHERE d.day >= asked.from_6) AS first_client_6,
       max(d.last_client) FILTER (WHERE d.day >= asked.from_6) AS last_client_6,
       coalesce(sum(d.positive) FILTER (WHERE d.day >= asked.from_12), 0)::bigint AS positive_12,
       coalesce(sum(d.negative) FILTER (WHERE d.day >= asked.from_12), 0)::bigint AS negative_12,
       coalesce(sum(d.total) FILTER (WHERE d.day >= asked.from_12), 0)::bigint AS total_12,
       coalesce(sum(d.counted) FILTER (WHERE d.day >= asked.from_12), 0)::bigint AS counted_12,
       min(d.first_client) FILTER (WHERE d.day >= asked.from_12) AS first_client_12,
       max(d.last_client) FILTER (WHERE d.day >= asked.from_12) AS last_client_12,
       coalesce(sum(d.positive), 0)::bigint AS positive_24,
       coalesce(sum(d.negative), 0)::bigint AS negative_24,
       coalesce(sum(d.total), 0)::bigint AS total_24,
       coalesce(sum(d.counted), 0)::bigint AS counted_24,
       min(d.first_client) AS first_client_24,
       max(d.last_client) AS last_client_24,
       coalesce(sum(d.removed), 0)::bigint AS removed,
       coalesce(sum(d.upheld_report), 0)::bigint AS upheld_report,
       coalesce(sum(d.withdrawn), 0)::bigint AS withdrawn,
       coalesce(sum(d.client_flagged), 0)::bigint AS client_flagged,
       coalesce(sum(d.no_feedback), 0)::bigint AS no_feedback,
       coalesce(sum(d.nothing_earned), 0)::bigint AS nothing_earned
FROM unnest($1::text[], $2::date[], $3::date[], $4::date[], $5::date[]) AS asked (account_id, as_of, from_6, from_12, from_24)
LEFT JOIN jss.day_sums d ON d.account_id = asked.account_id AND d.day BETWEEN asked.from_24 AND asked.as_of
GROUP BY asked.account_id
