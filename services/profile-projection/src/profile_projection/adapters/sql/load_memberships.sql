-- load_memberships.sql: the memberships of these agency and user pairs.
SELECT memberships.*
FROM profile.memberships
JOIN unnest($1::text[], $2::text[]) AS wanted (agency_id, user_id) USING (agency_id, user_id)
