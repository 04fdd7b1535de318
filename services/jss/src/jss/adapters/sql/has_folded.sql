-- has_folded.sql: whether each stream ($1) was folded up to its version ($2), for whoever reads the account $3. A broadcast
-- stream must have come in that account's partition; streams that jss does not fold hold nothing back.
SELECT coalesce(bool_and(CASE
    WHEN asked.stream LIKE 'account/%' THEN
        EXISTS (SELECT FROM jss.accounts a WHERE a.account_id = substr(asked.stream, 9) AND a.version >= asked.version)
    WHEN asked.stream LIKE 'subject/%' THEN
        EXISTS (SELECT FROM jss.subjects s WHERE s.subject_id = substr(asked.stream, 9) AND s.version >= asked.version
                AND s.partition = coalesce(reader.partition, s.partition))
    WHEN asked.stream LIKE 'client/%' THEN
        EXISTS (SELECT FROM jss.client_standings c WHERE c.client_id = substr(asked.stream, 8)
                AND c.version >= asked.version AND c.partition = reader.partition)
        OR reader.partition IS NULL
    ELSE true
END), true)
FROM unnest($1::text[], $2::bigint[]) AS asked (stream, version)
LEFT JOIN jss.accounts reader ON reader.account_id = $3
