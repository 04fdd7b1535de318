-- read_partitions.sql: the number of partitions that feedback-integrity.events was made with.
SELECT partitions FROM log.topic;
