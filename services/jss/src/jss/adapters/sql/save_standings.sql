-- save_standings.sql: every client whose standing was ever stated has a row, good included: its stamp must outlast.
INSERT INTO jss.client_standings (partition, client_id, standing, stamp, version)
SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::bigint[])
ON CONFLICT (partition, client_id) DO UPDATE SET
    standing = excluded.standing, stamp = excluded.stamp, version = excluded.version
