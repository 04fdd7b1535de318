-- blank_names.sql: drop the ciphertext of these erased subjects' names ($1), in the rows of one partition ($2) alone.
UPDATE profile.names SET display_name = NULL, position = greatest(position, $3::bigint)
WHERE id = ANY ($1::text[]) AND kind IN ('account', 'client') AND partition = $2::integer
