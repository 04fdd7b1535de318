-- save_memberships.sql: take agency roles where the fact's stamp is greater (domain §1); of several in one set the greatest.
INSERT INTO jss.memberships AS m (agency_id, user_id, partition, role, exclusive, stated_at, stated_id, stated_source)
SELECT DISTINCT ON (f.agency_id, f.user_id) f.*
FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::boolean[], $6::timestamptz[], $7::text[], $8::text[])
    AS f (agency_id, user_id, partition, role, exclusive, stated_at, stated_id, stated_source)
WHERE NOT EXISTS (SELECT FROM jss.subjects s
                  WHERE s.partition = f.partition AND s.subject_id IN (f.agency_id, f.user_id) AND s.erased)
ORDER BY f.agency_id, f.user_id, f.stated_at DESC, f.stated_id COLLATE "C" DESC, f.stated_source COLLATE "C" DESC
ON CONFLICT (agency_id, user_id) DO UPDATE SET
    role = excluded.role, exclusive = excluded.exclusive, stated_at = excluded.stated_at,
    stated_id = excluded.stated_id, stated_source = excluded.stated_source
WHERE (m.stated_at, m.stated_id, m.stated_source) < (excluded.stated_at, excluded.stated_id, excluded.stated_source)
