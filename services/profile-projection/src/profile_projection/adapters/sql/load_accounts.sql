-- load_accounts.sql: the rows of these accounts as the fold knows them.
SELECT * FROM profile.accounts WHERE account_id = ANY ($1::text[])
