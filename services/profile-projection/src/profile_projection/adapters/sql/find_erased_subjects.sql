-- find_erased_subjects.sql: who of these is erased, as far as these partitions have come.
SELECT subject_id, partition
FROM profile.subjects
WHERE subject_id = ANY ($1::text[]) AND partition = ANY ($2::integer[]) AND erased
