-- erase_accounts.sql: drop all that was kept of erased accounts. The account's row stays with ids and counts of events
-- alone, so that its doors can say that it is gone; memberships go from both sides.
WITH erased AS (
    SELECT * FROM unnest($1::text[], $2::integer[]) AS e (account_id, partition)
), contracts AS (
    DELETE FROM jss.contracts c USING erased e WHERE c.account_id = e.account_id AND c.partition = e.partition
), day_sums AS (
    DELETE FROM jss.day_sums d USING erased e WHERE d.account_id = e.account_id AND d.partition = e.partition
), scores AS (
    DELETE FROM jss.scores s USING erased e, jss.accounts a
    WHERE s.account_id = e.account_id AND a.account_id = e.account_id AND a.partition = e.partition
), as_member AS (
    DELETE FROM jss.memberships m USING erased e WHERE m.user_id = e.account_id AND m.partition = e.partition
), as_agency AS (
    DELETE FROM jss.memberships m USING erased e
    WHERE m.agency_id = e.account_id AND m.partition = e.partition AND m.user_id <> e.account_id
)
UPDATE jss.accounts a SET removed_count = 0, score_version = NULL
FROM erased e WHERE a.account_id = e.account_id AND a.partition = e.partition
