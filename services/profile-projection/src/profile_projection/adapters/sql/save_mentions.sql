-- save_mentions.sql: remember that facts of an agency's contracts name these freelancers; once is enough.
INSERT INTO profile.mentions (user_id, agency_id, position)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
ON CONFLICT (user_id, agency_id) DO NOTHING
