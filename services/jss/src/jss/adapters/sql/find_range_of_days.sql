-- find_range_of_days.sql: where a contract stopped counting, find the smallest and greatest client among those that
-- still count. Two index probes a day, so a day with 100,000 contracts costs what a day with two does.
UPDATE jss.day_sums AS d SET
    first_client = (SELECT c.client_id FROM jss.contracts c
                    WHERE c.account_id = d.account_id AND c.ended_on = d.day AND c.not_counted IS NULL
                    ORDER BY c.account_id, c.ended_on, c.client_id LIMIT 1),
    last_client = (SELECT c.client_id FROM jss.contracts c
                   WHERE c.account_id = d.account_id AND c.ended_on = d.day AND c.not_counted IS NULL
                   ORDER BY c.account_id DESC, c.ended_on DESC, c.client_id DESC LIMIT 1)
FROM unnest($1::text[], $2::date[]) AS changed (account_id, day)
WHERE d.account_id = changed.account_id AND d.day = changed.day
