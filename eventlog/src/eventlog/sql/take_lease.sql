-- take_lease.sql: at most one sequencer at a time. By the database's clock, so that no two machines disagree.
UPDATE log.lease SET holder = $1, expires_at = now() + $2
WHERE holder = $1 OR expires_at < now()
RETURNING expires_at;
