-- save_contracts.sql: put whole rows in place of what was there, one per key, keys sorted by the caller.
-- Sound because the fold began from the stored rows under the same place lock: saving twice changes nothing.
INSERT INTO profile.contracts (
    account_id, contract_id, client_id, partition, completed_at, paid,
    title, title_event,
    client_shown, client_score, client_comment, client_comment_event, client_comment_path,
    response, response_event, response_path, response_author,
    talent_shown, talent_score, talent_comment, talent_comment_event, talent_comment_path, talent_comment_author,
    client_response, client_response_event, client_response_path, client_response_author,
    slots
)
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::boolean[],
    $7::bytea[], $8::text[],
    $9::text[], $10::smallint[], $11::bytea[], $12::text[], $13::text[],
    $14::bytea[], $15::text[], $16::text[], $17::text[],
    $18::text[], $19::smallint[], $20::bytea[], $21::text[], $22::text[], $23::text[],
    $24::bytea[], $25::text[], $26::text[], $27::text[],
    $28::jsonb[]
)
ON CONFLICT (account_id, contract_id) DO UPDATE SET
    client_id = excluded.client_id,
    partition = excluded.partition,
    completed_at = excluded.completed_at,
    paid = excluded.paid,
    title = excluded.title,
    title_event = excluded.title_event,
    client_shown = excluded.client_shown,
    client_score = excluded.client_score,
    client_comment = excluded.client_comment,
    client_comment_event = excluded.client_comment_event,
    client_comment_path = excluded.client_comment_path,
    response = excluded.response,
    response_event = excluded.response_event,
    response_path = excluded.response_path,
    response_author = excluded.response_author,
    talent_shown = excluded.talent_shown,
    talent_score = excluded.talent_score,
    talent_comment = excluded.talent_comment,
    talent_comment_event = excluded.talent_comment_event,
    talent_comment_path = excluded.talent_comment_path,
    talent_comment_author = excluded.talent_comment_author,
    client_response = excluded.client_response,
    client_response_event = excluded.client_response_event,
    client_response_path = excluded.client_response_path,
    client_response_author = excluded.client_response_author,
    slots = excluded.slots
