-- check: At most 3 % of the readings are beyond a warning limit and at most 0.5 % beyond a critical one; the readings
--   that are missing are those that the assessments of the sensors report as lost, within 20 %.
-- kind: statistic
-- values: at least 0; beyond warning: 0 to 1; beyond critical: 0 to 1
-- rare: readings beyond limits come in episodes of hours, so a few machine-days say little
-- uses: readings_of_a_day
--
-- A sensor is beyond its limits for days, or never: sensors are the entities.
WITH delivered AS (
    SELECT sensor_id, sum(readings) AS readings, coalesce(sum(readings) FILTER (WHERE status <> 0), 0) AS beyond,
           coalesce(sum(readings) FILTER (WHERE abs(status) = 2), 0) AS critical
    FROM readings_of_a_day
    GROUP BY sensor_id
), assessed AS (
    SELECT sensor_id, sum(readings_expected) AS expected,
           sum(packet_loss_percentage * readings_expected / 100) AS lost
    FROM operations.sensor_health
    WHERE "timestamp" >= :from AND "timestamp" < :to
    GROUP BY sensor_id
), shares AS (
    SELECT 'beyond warning' AS what, 0.03 AS high, beyond AS part, readings AS whole FROM delivered
    UNION ALL
    SELECT 'beyond critical', 0.005, critical, readings FROM delivered
), every AS (
    SELECT what, high, sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM shares GROUP BY what, high
)
SELECT e.what, e.value, 0 AS low, e.high, e.n, 30 AS n_needed,
       sqrt(sum((s.part - e.value * s.whole) ^ 2)) / e.whole AS error
FROM every AS e
JOIN shares AS s USING (what)
GROUP BY e.what, e.value, e.high, e.whole, e.n
UNION ALL
SELECT 'missing to lost', (sum(a.expected) - sum(d.readings)) / nullif(sum(a.lost), 0), 0.8, 1.2,
       count(*) FILTER (WHERE a.lost > 0), 30, NULL
FROM assessed AS a
LEFT JOIN delivered AS d USING (sensor_id)
ORDER BY what;
