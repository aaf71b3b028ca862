-- check: Few readings are beyond a limit: at most 3 % beyond a warning limit, at most 0.5 % beyond a critical
--   one.
-- kind: statistic
-- rare: readings beyond limits come in episodes of hours, so a few machine-days say little
WITH counted AS (
    SELECT sum(expected_share.beyond) AS beyond, sum(expected_share.critical) AS critical,
           sum(expected_share.readings) AS readings
    FROM (
        SELECT count(*) AS readings, count(*) FILTER (WHERE status <> 0) AS beyond,
               count(*) FILTER (WHERE abs(status) = 2) AS critical
        FROM operations.sensor_data
        WHERE "timestamp" >= :from AND "timestamp" < :to
    ) AS expected_share
)
SELECT 'beyond warning' AS what, beyond / nullif(readings, 0) AS value, 0 AS low, 0.03 AS high, readings AS n,
       1000000 AS n_needed
FROM counted
UNION ALL
SELECT 'beyond critical', critical / nullif(readings, 0), 0, 0.005, readings, 1000000
FROM counted;
