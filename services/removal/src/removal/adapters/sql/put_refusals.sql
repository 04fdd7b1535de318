-- put_refusals.sql: new refusals. One is never changed, so there is nothing to update. An array of arrays cannot be
-- ragged, hence the codes as one text each, split here.
INSERT INTO removal.refusals (refusal_id, account_id, contract_id, scope, requested_by, channel, submitted_at, failed,
                              evidence, version)
SELECT refusal_id, account_id, contract_id, scope, requested_by, channel, submitted_at, string_to_array(failed, ' '),
       evidence, version
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
            $9::jsonb[], $10::bigint[])
    AS after (refusal_id, account_id, contract_id, scope, requested_by, channel, submitted_at, failed, evidence,
              version)
ORDER BY refusal_id
ON CONFLICT (refusal_id) DO NOTHING;
