-- put_contracts.sql: contracts as they are after an append. Account and client never change: the binding says who.
INSERT INTO removal.contracts (contract_id, account_id, client_id, completed_at, earned, terms_stamp, feedback_public,
                               feedback_stamp, upheld, last_fact_version)
SELECT contract_id, account_id, client_id, completed_at, earned, terms_stamp, feedback_public, feedback_stamp, upheld,
       last_fact_version
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::text[], $7::boolean[],
            $8::text[], $9::boolean[], $10::bigint[])
    AS after (contract_id, account_id, client_id, completed_at, earned, terms_stamp, feedback_public, feedback_stamp,
              upheld, last_fact_version)
ORDER BY contract_id
ON CONFLICT (contract_id) DO UPDATE
SET completed_at = excluded.completed_at,
    earned = excluded.earned,
    terms_stamp = excluded.terms_stamp,
    feedback_public = excluded.feedback_public,
    feedback_stamp = excluded.feedback_stamp,
    upheld = excluded.upheld,
    last_fact_version = excluded.last_fact_version;
