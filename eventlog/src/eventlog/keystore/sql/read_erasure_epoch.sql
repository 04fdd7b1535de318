-- read_erasure_epoch.sql: whether a cached key may still be used.
SELECT epoch FROM keys.erasure;
