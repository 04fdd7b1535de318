-- read_last_number.sql: the last number drawn. Read before the transactions in flight are looked at, in another
-- statement: whoever drew a number up to this one had its transaction id before.
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM log.ingest_seq;
