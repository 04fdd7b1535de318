-- put_requests.sql: requests as they are after an append. How one was asked never changes, only what became of it.
INSERT INTO removal.requests (request_id, account_id, contract_id, client_id, scope, status, requested_by, channel,
                              submitted_at, evidence, decided_by, decided_at, automatic, proposed_by, proposed_at,
                              ended_by, ended_at, version)
SELECT request_id, account_id, contract_id, client_id, scope, status, requested_by, channel, submitted_at, evidence,
       decided_by, decided_at, automatic, proposed_by, proposed_at, ended_by, ended_at, version
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::timestamptz[], $10::jsonb[], $11::text[], $12::timestamptz[], $13::boolean[], $14::text[],
            $15::timestamptz[], $16::text[], $17::timestamptz[], $18::bigint[])
    AS after (request_id, account_id, contract_id, client_id, scope, status, requested_by, channel, submitted_at,
              evidence, decided_by, decided_at, automatic, proposed_by, proposed_at, ended_by, ended_at, version)
ORDER BY request_id
ON CONFLICT (request_id) DO UPDATE
SET status = excluded.status,
    decided_by = excluded.decided_by,
    decided_at = excluded.decided_at,
    automatic = excluded.automatic,
    proposed_by = excluded.proposed_by,
    proposed_at = excluded.proposed_at,
    ended_by = excluded.ended_by,
    ended_at = excluded.ended_at,
    version = excluded.version;
