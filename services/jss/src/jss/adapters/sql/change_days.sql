-- change_days.sql: add changes to days' sums. A day whose last contract is gone loses its row, and a
-- day that contracts only passed through gets none, so that equal contracts give equal rows whatever way led there.
MERGE INTO jss.day_sums AS d
USING (
    SELECT * FROM unnest($1::text[], $2::date[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
) AS c (account_id, day, partition, positive, negative, total, counted, first_client, last_client,
        removed, upheld_report, withdrawn, client_flagged, no_feedback, nothing_earned)
ON d.account_id = c.account_id AND d.day = c.day
WHEN MATCHED AND d.counted + c.counted = 0
    AND d.removed + d.upheld_report + d.withdrawn + d.client_flagged + d.no_feedback + d.nothing_earned
      + c.removed + c.upheld_report + c.withdrawn + c.client_flagged + c.no_feedback + c.nothing_earned = 0
THEN DELETE
WHEN MATCHED THEN UPDATE SET
    positive = d.positive + c.positive, negative = d.negative + c.negative, total = d.total + c.total,
    counted = d.counted + c.counted,
    first_client = least(d.first_client, c.first_client), last_client = greatest(d.last_client, c.last_client),
    removed = d.removed + c.removed, upheld_report = d.upheld_report + c.upheld_report,
    withdrawn = d.withdrawn + c.withdrawn, client_flagged = d.client_flagged + c.client_flagged,
    no_feedback = d.no_feedback + c.no_feedback, nothing_earned = d.nothing_earned + c.nothing_earned
WHEN NOT MATCHED
    AND c.counted + c.removed + c.upheld_report + c.withdrawn + c.client_flagged + c.no_feedback + c.nothing_earned > 0
THEN INSERT (account_id, day, partition, positive, negative, total, counted, first_client, last_client,
        removed, upheld_report, withdrawn, client_flagged, no_feedback, nothing_earned)
    VALUES (c.account_id, c.day, c.partition, c.positive, c.negative, c.total, c.counted, c.first_client, c.last_client,
        c.removed, c.upheld_report, c.withdrawn, c.client_flagged, c.no_feedback, c.nothing_earned)
