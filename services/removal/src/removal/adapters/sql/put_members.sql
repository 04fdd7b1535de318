-- put_members.sql: memberships as they are after an append.
INSERT INTO removal.members (agency_id, user_id, role, role_stamp)
SELECT agency_id, user_id, role, role_stamp
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS after (agency_id, user_id, role, role_stamp)
ORDER BY agency_id, user_id
ON CONFLICT (agency_id, user_id) DO UPDATE SET role = excluded.role, role_stamp = excluded.role_stamp;
