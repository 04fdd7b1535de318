-- save_contracts.sql: write contracts with why each does not count now. Their days' sums follow in change_days.sql.
INSERT INTO jss.contracts (account_id, contract_id, partition, client_id, ended_on, earned_cents, paid_periods,
    terms_stamp, outcome, feedback_stamp, first_content_stamp, removals, upheld, not_counted)
SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::date[], $6::bigint[], $7::bigint[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::jsonb[], $13::boolean[], $14::text[])
ON CONFLICT (account_id, contract_id) DO UPDATE SET
    ended_on = excluded.ended_on, earned_cents = excluded.earned_cents, paid_periods = excluded.paid_periods,
    terms_stamp = excluded.terms_stamp, outcome = excluded.outcome, feedback_stamp = excluded.feedback_stamp,
    first_content_stamp = excluded.first_content_stamp, removals = excluded.removals, upheld = excluded.upheld,
    not_counted = excluded.not_counted
