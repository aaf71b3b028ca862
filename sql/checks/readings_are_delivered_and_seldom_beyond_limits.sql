-- check: At most 3 % of the readings are beyond a warning limit and at most 0.5 % beyond a critical one; the readings
--   that are missing are those that the assessments of the sensors report as lost, within 20 %.
-- kind: statistic
-- rare: readings beyond limits come in episodes of hours, so a few machine-days say little
WITH delivered AS (
    SELECT count(*) AS readings, count(*) FILTER (WHERE status <> 0) AS beyond,
           count(*) FILTER (WHERE abs(status) = 2) AS critical
    FROM operations.sensor_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
), assessed AS (
    SELECT sum(readings_expected) AS expected, sum(packet_loss_percentage * readings_expected / 100) AS lost
    FROM operations.sensor_health
    WHERE "timestamp" >= :from AND "timestamp" < :to
)
SELECT 'beyond warning' AS what, beyond::double precision / nullif(readings, 0) AS value, 0 AS low, 0.03 AS high, readings AS n,
       1000000 AS n_needed
FROM delivered
UNION ALL
SELECT 'beyond critical', critical::double precision / nullif(readings, 0), 0, 0.005, readings, 1000000
FROM delivered
UNION ALL
-- 3.3 standard deviations of a count of gaps of four readings make 20 %.
SELECT 'missing to lost', (expected - readings) / nullif(lost, 0), 0.8, 1.2, round(lost)::bigint, (4 * (3.3 / 0.2) ^ 2)::bigint
FROM assessed CROSS JOIN delivered;
