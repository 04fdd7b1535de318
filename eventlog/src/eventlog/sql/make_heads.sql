-- make_heads.sql: streams that nobody has written to yet begin at version 0.
INSERT INTO log.stream_heads (stream, version, leaf_hash)
SELECT stream, 0, decode(repeat('00', 32), 'hex') FROM unnest($1::text[]) AS stream ORDER BY stream
ON CONFLICT (stream) DO NOTHING;
