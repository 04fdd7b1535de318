-- save_memberships.sql: put whole rows in place, as save_contracts does. Role none stays as a row: it names the user.
INSERT INTO profile.memberships (agency_id, user_id, role, exclusive, stated_at, stated_id, stated_source, position)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::text[], $7::text[], $8::bigint[]
)
ON CONFLICT (agency_id, user_id) DO UPDATE SET
    role = excluded.role,
    exclusive = excluded.exclusive,
    stated_at = excluded.stated_at,
    stated_id = excluded.stated_id,
    stated_source = excluded.stated_source,
    position = excluded.position
