-- lock_heads.sql: lock, then number. Whoever holds a stream's head is its only writer until commit; sorted, so that
-- two writers of the same streams queue instead of deadlocking.
SELECT stream, version, leaf_hash FROM log.stream_heads WHERE stream = ANY($1) ORDER BY stream FOR UPDATE;
