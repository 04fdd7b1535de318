-- put_accounts.sql: the accounts as they are after an append, in one order so that writers cannot deadlock.
-- An agency never ceases to be one: a name fact, which holds another stream's lock, may have said so meanwhile.
INSERT INTO removal.accounts AS account (account_id, is_agency, badge, badge_stamp, version)
SELECT account_id, is_agency, badge, badge_stamp, version
FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::bigint[])
    AS after (account_id, is_agency, badge, badge_stamp, version)
ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE
SET is_agency = account.is_agency OR excluded.is_agency,
    badge = excluded.badge,
    badge_stamp = excluded.badge_stamp,
    version = excluded.version;
