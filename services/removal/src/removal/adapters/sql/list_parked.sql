-- list_parked.sql: parked records after an id, oldest first.
SELECT id, reason, detail, topic, partition, "offset", at FROM removal.parked WHERE id > $1 ORDER BY id LIMIT $2;
