-- load_members.sql: the memberships that an append touches, by pairs of agency and user.
SELECT agency_id, user_id, role, role_stamp
FROM removal.members
JOIN unnest($1::text[], $2::text[]) AS touched (agency_id, user_id) USING (agency_id, user_id);
