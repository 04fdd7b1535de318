-- save_names.sql: put whole rows in place, as save_contracts does.
INSERT INTO profile.names (kind, id, partition, display_name, display_name_event, stamp, version, position)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::integer[], $4::bytea[], $5::text[], $6::jsonb[], $7::bigint[], $8::bigint[]
)
ON CONFLICT (kind, id) DO UPDATE SET
    partition = excluded.partition,
    display_name = excluded.display_name,
    display_name_event = excluded.display_name_event,
    stamp = excluded.stamp,
    version = excluded.version,
    position = excluded.position
