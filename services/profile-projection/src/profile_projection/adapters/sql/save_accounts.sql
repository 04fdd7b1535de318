-- save_accounts.sql: put whole rows in place, as save_contracts does.
-- Figures are the sum over the account's rows in profile.contracts, saved in the same transaction.
INSERT INTO profile.accounts (
    account_id, named, agency, badge, badge_stamp,
    score_sum, score_count, removed_count, jobs, version, position, decisive_position
)
SELECT * FROM unnest(
    $1::text[], $2::boolean[], $3::boolean[], $4::text[], $5::jsonb[],
    $6::bigint[], $7::integer[], $8::integer[], $9::integer[], $10::bigint[], $11::bigint[], $12::bigint[]
)
ON CONFLICT (account_id) DO UPDATE SET
    named = excluded.named,
    agency = excluded.agency,
    badge = excluded.badge,
    badge_stamp = excluded.badge_stamp,
    score_sum = excluded.score_sum,
    score_count = excluded.score_count,
    removed_count = excluded.removed_count,
    jobs = excluded.jobs,
    version = excluded.version,
    position = excluded.position,
    decisive_position = excluded.decisive_position
