-- append_events.sql: number and store finished events under heads that this transaction has locked.
-- nextval is drawn row by row in the given order, and only now, after the locks: drawn before, a successor could
-- get a smaller number than its predecessor and the sequencer would see the stream out of order.
WITH given AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::bytea[], $8::bytea[])
        WITH ORDINALITY AS g (stream, version, leaf, leaf_hash, contract_id, client_id, id_hash, digest, nth)
    ORDER BY nth
), numbered AS MATERIALIZED (
    SELECT nextval('log.ingest_seq') AS ingest_seq, given.* FROM given
), identified AS (
    INSERT INTO log.event_ids (id_hash, ingest_seq, digest)
    SELECT id_hash, ingest_seq, digest FROM numbered ORDER BY id_hash
), sealed AS (
    INSERT INTO log.sealed_parts (ingest_seq, paths, subjects, ciphertexts)
    SELECT numbered.ingest_seq, array_agg(part.path ORDER BY part.path), array_agg(part.subject ORDER BY part.path),
           array_agg(part.ciphertext ORDER BY part.path)
    FROM unnest($9::bigint[], $10::text[], $11::text[], $12::bytea[]) AS part (nth, path, subject, ciphertext)
    JOIN numbered USING (nth)
    GROUP BY numbered.ingest_seq
), named AS (
    INSERT INTO log.named_users (user_id, membership, ingest_seq)
    SELECT given.user_id, given.membership, numbered.ingest_seq
    FROM unnest($13::bigint[], $14::text[], $15::boolean[]) AS given (nth, user_id, membership)
    JOIN numbered USING (nth)
), heads AS (
    UPDATE log.stream_heads AS head SET version = last.version, leaf_hash = last.leaf_hash
    FROM (SELECT DISTINCT ON (stream) stream, version, leaf_hash FROM numbered ORDER BY stream, version DESC) AS last
    WHERE head.stream = last.stream
)
INSERT INTO log.events (ingest_seq, stream, version, leaf, leaf_hash, contract_id, client_id)
SELECT ingest_seq, stream, version, leaf, leaf_hash, contract_id, client_id FROM numbered ORDER BY nth;
