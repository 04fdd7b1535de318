-- count_pending.sql: committed events that still wait for a position; looks only above the queue's low-water mark.
SELECT count(*) FROM log.events AS event
WHERE event.ingest_seq > (SELECT queue_mark FROM log.head)
  AND NOT EXISTS (SELECT FROM log.leaves AS leaf WHERE leaf.ingest_seq = event.ingest_seq);
