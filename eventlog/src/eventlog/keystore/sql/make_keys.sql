-- make_keys.sql: first writer wins; a tombstone is a row too, so an erased key is never made again.
INSERT INTO keys.subject_keys (subject_id, wrapped)
SELECT subject_id, wrapped FROM unnest($1::text[], $2::bytea[]) AS made (subject_id, wrapped) ORDER BY subject_id
ON CONFLICT (subject_id) DO NOTHING;
