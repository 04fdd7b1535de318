-- read_client_place.sql: whether a fact names this client, its name, and how far all partitions together have come.
SELECT
    coalesce(history.named, false) OR names.id IS NOT NULL AS named,
    names.display_name,
    names.display_name_event,
    coalesce(history.position, -1) AS history_position,
    coalesce(history.progress, 0) AS progress,
    coalesce(names.position, -1) AS name_position
FROM (SELECT $1::text AS client_id) AS asked
LEFT JOIN profile.names ON names.kind = 'client' AND names.id = asked.client_id
LEFT JOIN LATERAL (
    SELECT bool_or(clients.named) AS named, max(position) AS position, sum(position + 1)::bigint AS progress
    FROM profile.clients WHERE clients.client_id = asked.client_id
) AS history ON true
