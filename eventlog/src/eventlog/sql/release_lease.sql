-- release_lease.sql: a clean stop hands over at once.
UPDATE log.lease SET expires_at = '-infinity' WHERE holder = $1;
