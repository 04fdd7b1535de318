-- read_transactions.sql: the oldest transaction that may still commit, and the first not yet begun.
SELECT pg_snapshot_xmin(snapshot)::text::bigint AS oldest, pg_snapshot_xmax(snapshot)::text::bigint AS next
FROM pg_current_snapshot() AS snapshot;
