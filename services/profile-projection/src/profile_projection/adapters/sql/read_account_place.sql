-- read_account_place.sql: whether a fact names this account, whether it is erased, and how far its own facts are folded.
SELECT
    coalesce(accounts.named, false) OR mention.position IS NOT NULL AS named,
    EXISTS (SELECT FROM profile.subjects WHERE subjects.subject_id = asked.account_id AND erased) AS erased,
    coalesce(accounts.position, mention.position, -1) AS position
FROM (SELECT $1::text AS account_id) AS asked
LEFT JOIN profile.accounts USING (account_id)
LEFT JOIN LATERAL (
    SELECT max(position) AS position FROM profile.mentions WHERE mentions.user_id = asked.account_id
) AS mention ON true
