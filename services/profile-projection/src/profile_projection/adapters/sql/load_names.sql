-- load_names.sql: the names of these accounts and clients.
SELECT names.*
FROM profile.names
JOIN unnest($1::text[], $2::text[]) AS wanted (kind, id) USING (kind, id)
