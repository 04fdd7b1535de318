-- open_day.sql: note the scoring day of a partition and give the one before it. Days never go back.
WITH before AS (SELECT day FROM jss.scoring_days WHERE partition = $1), noted AS (
    INSERT INTO jss.scoring_days AS d (partition, day, version) VALUES ($1, $2, $3)
    ON CONFLICT (partition) DO UPDATE SET
        day = greatest(d.day, excluded.day), version = greatest(d.version, excluded.version)
)
SELECT day FROM before
