-- merge_clients.sql: note how far a partition has come with these clients. Only that partition's rows are touched.
INSERT INTO profile.clients AS known (client_id, partition, named, version, position)
SELECT * FROM unnest($1::text[], $2::integer[], $3::boolean[], $4::bigint[], $5::bigint[])
ON CONFLICT (client_id, partition) DO UPDATE SET
    named = known.named OR excluded.named,
    version = greatest(known.version, excluded.version),
    position = greatest(known.position, excluded.position)
