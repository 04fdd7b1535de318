-- load_standings.sql: what was last stated of clients, as this partition knows it.
SELECT partition, client_id, standing, stamp, version
FROM unnest($1::integer[], $2::text[]) AS asked (partition, client_id)
JOIN jss.client_standings USING (partition, client_id)
