-- read_profiles.sql: all that is short about these accounts ($1), in the order asked, known or not, each repeated for
-- the first $2 contracts of its work history; with $2 = 0 one row each. One statement, so figures and history agree.
-- Names and memberships are joined here because they are written from other places of the log. A member exclusive to an
-- agency shows the agency's score; of several such memberships the one stated last (domain §6.10).
SELECT
    asked.account_id,
    coalesce(accounts.named, false) OR mention.position IS NOT NULL AS named,
    EXISTS (SELECT FROM profile.subjects WHERE subjects.subject_id = asked.account_id AND erased) AS erased,
    coalesce(accounts.agency, false) AS agency,
    coalesce(accounts.badge, 'none') AS badge,
    coalesce(accounts.score_sum, 0) AS score_sum,
    coalesce(accounts.score_count, 0) AS score_count,
    coalesce(accounts.removed_count, 0) AS removed_count,
    coalesce(accounts.jobs, 0) AS jobs,
    names.display_name,
    names.display_name_event,
    displayed.agency_id AS displayed_from,
    scores.policy, scores.as_of, scores.score, scores.window_months,
    scores.removed_count AS score_removed_count,
    scores.reason,
    coalesce(accounts.position, mention.position, -1) AS account_position,
    coalesce(names.position, -1) AS name_position,
    coalesce(membership.position, -1) AS membership_position,
    coalesce(scores.position, -1) AS score_position,
    history.contract_id, history.client_id, history.completed_at, history.title_event, history.title,
    history.client_shown, history.client_score,
    history.client_comment_event, history.client_comment_path, history.client_comment,
    history.response_event, history.response_path, history.response_author, history.response
FROM unnest($1::text[]) WITH ORDINALITY AS asked (account_id, place)
LEFT JOIN profile.accounts USING (account_id)
LEFT JOIN profile.names ON names.kind = 'account' AND names.id = asked.account_id
LEFT JOIN LATERAL (
    SELECT max(position) AS position FROM profile.mentions WHERE mentions.user_id = asked.account_id
) AS mention ON true
LEFT JOIN LATERAL (
    SELECT max(position) AS position FROM profile.memberships WHERE memberships.user_id = asked.account_id
) AS membership ON true
LEFT JOIN LATERAL (
    SELECT agency_id FROM profile.memberships
    WHERE memberships.user_id = asked.account_id AND exclusive AND role <> 'none'
    ORDER BY stated_at DESC, stated_id DESC, stated_source DESC
    LIMIT 1
) AS displayed ON true
LEFT JOIN profile.scores ON scores.account_id = coalesce(displayed.agency_id, asked.account_id)
LEFT JOIN LATERAL (
    SELECT * FROM profile.work_history
    WHERE work_history.account_id = asked.account_id
    ORDER BY completed_at DESC, contract_id
    LIMIT $2::integer
) AS history ON true
ORDER BY asked.place, history.completed_at DESC, history.contract_id
