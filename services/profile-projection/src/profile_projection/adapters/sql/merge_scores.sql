-- merge_scores.sql: the newest score of each account, told by its version in the stream; an older one changes nothing.
INSERT INTO profile.scores AS known (
    account_id, policy, as_of, score, window_months, removed_count, reason, cause_position, version, position
)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::date[], $4::smallint[], $5::smallint[], $6::integer[], $7::text[],
    $8::bigint[], $9::bigint[], $10::bigint[]
)
ON CONFLICT (account_id) DO UPDATE SET
    policy = excluded.policy,
    as_of = excluded.as_of,
    score = excluded.score,
    window_months = excluded.window_months,
    removed_count = excluded.removed_count,
    reason = excluded.reason,
    cause_position = excluded.cause_position,
    version = excluded.version,
    position = excluded.position
WHERE known.version < excluded.version
