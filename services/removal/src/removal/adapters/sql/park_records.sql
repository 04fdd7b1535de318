-- park_records.sql: keep what was not understood, in the order it was read.
INSERT INTO removal.parked (reason, detail, topic, partition, "offset", key, headers, value, at)
SELECT reason, detail, topic, partition, "offset", key, headers, value, $9
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[])
    WITH ORDINALITY AS record (reason, detail, topic, partition, "offset", key, headers, value, nth)
ORDER BY nth;
