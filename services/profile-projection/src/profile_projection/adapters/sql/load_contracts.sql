-- load_contracts.sql: the rows of these contracts as the fold knows them; a contract not met yet has none.
-- Not locked: the partition's place is, and no other partition writes the same account's rows.
SELECT contracts.*
FROM profile.contracts
JOIN unnest($1::text[], $2::text[]) AS wanted (account_id, contract_id) USING (account_id, contract_id)
