-- mark_agencies.sql: accounts that a name fact calls agencies. Touches nothing that belongs to the account's stream,
-- whose head the writer of a name does not hold.
INSERT INTO removal.accounts AS account (account_id, is_agency, version)
SELECT account_id, true, 0 FROM unnest($1::text[]) AS named (account_id) ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE SET is_agency = true WHERE NOT account.is_agency;
