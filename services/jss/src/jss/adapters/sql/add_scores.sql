-- add_scores.sql: keep recorded scores; of each account the newest becomes the current one, in the same statement.
WITH added AS (
    INSERT INTO jss.scores (account_id, version, score, window_months, as_of, policy, removed_count, windows, not_counted,
        previous, reason, cause_source, cause_id, cause_position)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::smallint[], $4::smallint[], $5::date[], $6::text[], $7::integer[],
        $8::jsonb[], $9::jsonb[], $10::smallint[], $11::text[], $12::text[], $13::text[], $14::bigint[])
    RETURNING account_id, version, cause_position
)
UPDATE jss.accounts AS a SET score_version = n.version, position = greatest(a.position, n.position)
FROM (SELECT account_id, max(version) AS version, max(cause_position) AS position FROM added GROUP BY account_id) AS n
WHERE a.account_id = n.account_id
