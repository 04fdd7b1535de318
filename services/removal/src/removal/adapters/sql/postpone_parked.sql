-- postpone_parked.sql: Kafka refused these; each waits its own time, so that one it never takes holds back no other.
UPDATE removal.parked AS parked
SET publish_not_before = clock_timestamp() + make_interval(secs => later.seconds)
FROM unnest($1::bigint[], $2::double precision[]) AS later (id, seconds)
WHERE parked.id = later.id;
