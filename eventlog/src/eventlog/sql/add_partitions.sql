-- add_partitions.sql: the partition that the last number lies in, and the next one.
SELECT log.add_partitions($1);
