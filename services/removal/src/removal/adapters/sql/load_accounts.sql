-- load_accounts.sql: the rows that an append touches. Their stream heads are locked, so nobody else changes them.
SELECT account_id, is_agency, badge, badge_stamp, version FROM removal.accounts WHERE account_id = ANY($1::text[]);
