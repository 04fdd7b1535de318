-- add_names.sql: remember accounts that another account's facts name; the first position stays.
INSERT INTO jss.names (partition, account_id, position)
SELECT * FROM unnest($1::integer[], $2::text[], $3::bigint[])
ON CONFLICT DO NOTHING
