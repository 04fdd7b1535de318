-- mark_published.sql: Kafka has acknowledged these parked records.
UPDATE removal.parked SET published_at = clock_timestamp() WHERE id = ANY($1::bigint[]);
