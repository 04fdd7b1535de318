-- blank_contract_texts.sql: drop the ciphertext of everything these erased subjects ($1) wrote, in the rows of one
-- partition ($2) alone. The event ids stay, which is how the pages tell an erased text from one never written.
-- The accounts and clients on whose pages it stood have thereby come to position $3.
WITH blanked AS (
    UPDATE profile.contracts SET
        title = CASE WHEN client_id = ANY ($1::text[]) THEN NULL ELSE title END,
        client_comment = CASE WHEN client_id = ANY ($1) THEN NULL ELSE client_comment END,
        client_response = CASE WHEN client_response_author = ANY ($1) THEN NULL ELSE client_response END,
        response = CASE WHEN response_author = ANY ($1) THEN NULL ELSE response END,
        talent_comment = CASE WHEN talent_comment_author = ANY ($1) THEN NULL ELSE talent_comment END
    WHERE partition = $2::integer AND (
        client_id = ANY ($1)
        OR account_id = ANY ($1)
        OR (talent_comment_author = ANY ($1) AND talent_comment_author <> account_id)
        OR (response_author = ANY ($1) AND response_author <> account_id)
    )
    RETURNING account_id, client_id
), accounts AS (
    UPDATE profile.accounts SET position = greatest(position, $3::bigint)
    WHERE account_id IN (SELECT account_id FROM blanked)
)
UPDATE profile.clients SET position = greatest(position, $3)
WHERE partition = $2 AND client_id IN (SELECT client_id FROM blanked)
