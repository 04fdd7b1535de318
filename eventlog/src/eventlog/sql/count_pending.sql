-- count_pending.sql: committed events that still wait for a position. Both sides begin at the queue's low-water mark,
-- below which nothing waits, so the length of the log does not matter.
SELECT count(*) FROM log.head, log.events AS event
WHERE event.ingest_seq > head.queue_mark
  AND NOT EXISTS (
      SELECT FROM log.leaves AS leaf WHERE leaf.ingest_seq > head.queue_mark AND leaf.ingest_seq = event.ingest_seq
  );
