-- find_position_at.sql: the last position that was sequenced at or before a time. Sequenced times never decrease along
-- the log, so once a later one is there the answer stays.
SELECT first_position + size - 1 FROM log.batches
WHERE sequenced_at <= $1 ORDER BY sequenced_at DESC, first_position DESC LIMIT 1;
