-- migrate:up
-- Who is named by facts about another account: freelancers of an agency's contracts, members. Such facts lie in the
-- agency's stream; without this a reader looking for a user's own would have to read the agency's whole stream.
-- `membership`: the fact states the user's role. Beside the events, so that nothing of those is touched.

SET LOCAL ROLE log_owner;

CREATE TABLE log.named_users (
    user_id text COLLATE "C" NOT NULL,
    membership boolean NOT NULL,
    ingest_seq bigint NOT NULL,
    PRIMARY KEY (user_id, membership, ingest_seq)
);

INSERT INTO log.named_users (user_id, membership, ingest_seq)
SELECT DISTINCT user_id, membership, ingest_seq
FROM log.events
CROSS JOIN LATERAL (SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data) AS fact
CROSS JOIN LATERAL (VALUES (data ->> 'user_id', true), (data ->> 'freelancer_id', false)) AS named (user_id, membership)
WHERE stream = 'account/' || (data ->> 'agency_id') AND user_id <> data ->> 'agency_id';

SELECT log.make_append_only('log.named_users');
GRANT SELECT ON log.named_users TO log_reader;
GRANT INSERT ON log.named_users TO log_writer;

RESET ROLE;

-- migrate:down
DROP TABLE log.named_users;
