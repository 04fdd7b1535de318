-- find_predecessors.sql: which of these (stream, version) have a position already.
SELECT wanted.stream FROM unnest($1::text[], $2::bigint[]) AS wanted (stream, version)
WHERE EXISTS (
    SELECT FROM log.events AS event JOIN log.leaves USING (ingest_seq)
    WHERE event.stream = wanted.stream AND event.version = wanted.version
);
