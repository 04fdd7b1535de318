-- lock_log_head.sql: first statement of a turn. No row means that another leader has begun its epoch.
SELECT size, sequenced_at FROM log.head WHERE epoch = $1 FOR UPDATE;
