-- has_folded.sql: whether these versions ($3) of these streams ($1 kind, $2 id) are in the read models. A stream that is
-- broadcast must have come in every one of the $5 partitions. With $4 also the score that the last approval, reversal or
-- upheld report of an account causes: scores name the position of their cause. An erased account gets no more scores.
-- Streams of other kinds leave nothing in these models, so there is nothing to wait for.
SELECT coalesce(bool_and(CASE wanted.kind
    WHEN 'account' THEN EXISTS (
        SELECT FROM profile.accounts
        LEFT JOIN profile.scores USING (account_id)
        WHERE account_id = wanted.id AND accounts.version >= wanted.version AND (
            NOT $4::boolean
            OR accounts.decisive_position <= coalesce(scores.cause_position, -1)
            OR EXISTS (SELECT FROM profile.subjects WHERE subject_id = wanted.id AND erased)
        )
    )
    WHEN 'score' THEN EXISTS (
        SELECT FROM profile.scores WHERE account_id = wanted.id AND version >= wanted.version
    )
    WHEN 'name' THEN EXISTS (
        SELECT FROM profile.names WHERE kind IN ('account', 'client') AND id = wanted.id AND version >= wanted.version
    )
    WHEN 'client' THEN $5::integer <= (
        SELECT count(*) FROM profile.clients WHERE client_id = wanted.id AND version >= wanted.version
    )
    WHEN 'subject' THEN $5 <= (
        SELECT count(*) FROM profile.subjects WHERE subject_id = wanted.id AND version >= wanted.version
    )
    ELSE true
END), true) AS folded
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS wanted (kind, id, version)
