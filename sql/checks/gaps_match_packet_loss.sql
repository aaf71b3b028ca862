-- check: The readings missing from sensor_data are those that the assessments of the sensors report as lost,
--   within 20 %.
-- kind: statistic
WITH assessed AS (
    SELECT sum(readings_expected) AS expected, sum(packet_loss_percentage * readings_expected / 100) AS lost,
           date_trunc('day', min("timestamp"), 'UTC') AS first, date_trunc('day', max("timestamp"), 'UTC') + interval '1 day' AS last
    FROM operations.sensor_health
    WHERE "timestamp" >= :from AND "timestamp" < :to
), delivered AS (
    SELECT count(*) AS readings
    FROM operations.sensor_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
)
SELECT (expected - readings) / nullif(lost, 0) AS value, 0.8 AS low, 1.2 AS high, round(lost)::bigint AS n,
       -- 3.3 standard deviations of a count of gaps of four readings make 20 %.
       (4 * (3.3 / 0.2) ^ 2)::bigint AS n_needed
FROM assessed CROSS JOIN delivered;
