-- advance_head.sql: last statement of a turn, under the head locked by its first.
UPDATE log.head SET size = $1, sequenced_at = $2, queue_mark = greatest(queue_mark, $3), published = greatest(published, $4);
