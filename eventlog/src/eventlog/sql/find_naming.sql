-- find_naming.sql: whether a fact about another account names this user, sequenced up to a position.
SELECT EXISTS (
    SELECT FROM log.named_users JOIN log.leaves USING (ingest_seq) WHERE user_id = $1 AND position <= $2
);
