-- begin_epoch.sql: a new leader fences whoever led before: with the old epoch nothing is written any more.
UPDATE log.head SET epoch = epoch + 1 RETURNING epoch, size, queue_mark, published;
