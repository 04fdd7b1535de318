-- read_size.sql: how many events have a position, up to when, and how many of them are surely in Kafka.
SELECT size, sequenced_at, published, queue_mark FROM log.head;
