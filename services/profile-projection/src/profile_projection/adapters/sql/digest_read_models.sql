-- digest_read_models.sql: one hash of all that the read models say, equal for the same facts in any order of arrival.
-- Left out is what depends on the order or on chance: positions, versions, partitions, scores' dates and causes, sealed
-- bytes (only whether there are any). Rows that are only a place, such as an unnamed account's, say nothing.
WITH lines AS (
    SELECT 'contract' AS kind, jsonb_build_array(
        account_id, contract_id, client_id, completed_at, paid, title_event, title IS NULL,
        client_shown, client_score, client_comment_event, client_comment_path, client_comment IS NULL,
        response_event, response_path, response_author, response IS NULL,
        talent_shown, talent_score, talent_comment_event, talent_comment_path, talent_comment_author,
        talent_comment IS NULL,
        client_response_event, client_response_path, client_response_author, client_response IS NULL, slots
    )::text AS line
    FROM profile.contracts
    UNION ALL
    SELECT 'account', jsonb_build_array(
        account_id, agency, badge, badge_stamp, score_sum, score_count, removed_count, jobs
    )::text
    FROM profile.accounts WHERE named
    UNION ALL
    SELECT 'mention', jsonb_build_array(user_id, agency_id)::text FROM profile.mentions
    UNION ALL
    SELECT 'membership', jsonb_build_array(
        agency_id, user_id, role, exclusive, stated_at, stated_id, stated_source
    )::text
    FROM profile.memberships
    UNION ALL
    SELECT 'name', jsonb_build_array(kind, id, display_name_event, display_name IS NULL, stamp)::text
    FROM profile.names
    UNION ALL
    SELECT DISTINCT 'client', jsonb_build_array(client_id)::text FROM profile.clients WHERE named
    UNION ALL
    SELECT 'score', jsonb_build_array(account_id, policy, score, window_months, removed_count)::text
    FROM profile.scores
    UNION ALL
    SELECT DISTINCT 'subject', jsonb_build_array(subject_id)::text FROM profile.subjects WHERE erased
)
SELECT encode(sha256(convert_to(coalesce(
    string_agg(kind || ' ' || line, E'\n' ORDER BY kind COLLATE "C", line COLLATE "C"), ''
), 'UTF8')), 'hex')
FROM lines
