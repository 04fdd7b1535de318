-- find_keys.sql: the wrapped keys of subjects; a tombstone comes back as null, an unknown subject not at all.
SELECT subject_id, wrapped FROM keys.subject_keys WHERE subject_id = ANY($1);
