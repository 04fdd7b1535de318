-- save_accounts.sql: write accounts as folded. The current score is add_scores.sql's to move.
INSERT INTO jss.accounts (account_id, partition, named, agency, version, position, removed_count)
SELECT * FROM unnest($1::text[], $2::integer[], $3::boolean[], $4::boolean[], $5::bigint[], $6::bigint[], $7::integer[])
ON CONFLICT (account_id) DO UPDATE SET
    named = excluded.named, agency = excluded.agency, version = excluded.version, position = excluded.position,
    removed_count = excluded.removed_count
