-- add_batch.sql: the sequenced time of the positions that one turn gave.
INSERT INTO log.batches (first_position, size, sequenced_at, epoch) VALUES ($1, $2, $3, $4);
