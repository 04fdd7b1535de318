-- merge_subjects.sql: note how far a partition has come with these subjects; erased stays erased.
INSERT INTO profile.subjects AS known (subject_id, partition, erased, version, position)
SELECT * FROM unnest($1::text[], $2::integer[], $3::boolean[], $4::bigint[], $5::bigint[])
ON CONFLICT (subject_id, partition) DO UPDATE SET
    erased = known.erased OR excluded.erased,
    version = greatest(known.version, excluded.version),
    position = greatest(known.position, excluded.position)
