-- save_subjects.sql: note how far subject/<id> was folded, and that an erased subject stays erased.
INSERT INTO jss.subjects AS s (partition, subject_id, erased, version)
SELECT partition, subject_id, bool_or(erased), max(version)
FROM unnest($1::integer[], $2::text[], $3::boolean[], $4::bigint[]) AS f (partition, subject_id, erased, version)
GROUP BY partition, subject_id
ON CONFLICT (partition, subject_id) DO UPDATE SET
    erased = s.erased OR excluded.erased, version = greatest(s.version, excluded.version)
