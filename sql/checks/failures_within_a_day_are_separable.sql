-- check: The mean of a sensor's day against its seven days before tells failure within the next day from
--   health, but not trivially: the area under the ROC curve lies within its band, and is never that of data in which
--   failures stand out at a glance.
-- kind: statistic
-- values: 0 to 1
-- rare: components of these kinds fail a few times a month in 200 machines; servo drives hardly ever
-- samples: the daily means of the assessments
--
-- Windows are sensor-days of the sensors that feel a mode. One is failing if a component breaks down within 24
-- hours of its end, healthy if none fails or is repaired for as long as degradation can last, and none was in
-- the eight days before. Half of the servo drives fail at random, without degrading; they do not count.
WITH modes (mode, component, lead, low, high) AS (VALUES
    ('bearing', 'bearing', interval '21 days', 0.93, 0.985),
    ('hydraulic leak', 'hydraulic seal', interval '14 days', 0.90, 0.98),
    ('servo, gradual', 'servo drive', interval '10 days', 0.82, 0.95)
), felt (mode, sensor_type, sign) AS (VALUES
    ('bearing', 'vibration', 1), ('bearing', 'temperature', 1), ('bearing', 'motor_current', 1),
    ('bearing', 'spindle_torque', 1), ('hydraulic leak', 'hydraulic_pressure', -1),
    ('hydraulic leak', 'coolant_flow', -1), ('servo, gradual', 'position_error', 1)
), ends AS (
    SELECT m.mode, f.machine_id, f.fault_start_time AS at,
           fault_severity IN ('major', 'critical') AND (m.component <> 'servo drive' OR f.root_cause_category = 'wear') AS broke
    FROM operations.machine_faults AS f
    JOIN modes AS m ON m.component = f.component
    WHERE f.fault_severity IN ('major', 'critical') AND f.fault_start_time >= :from AND f.fault_start_time < :to
    UNION ALL
    SELECT m.mode, e.machine_id, e.actual_start, false
    FROM operations.maintenance_events AS e
    JOIN modes AS m ON m.component = e.component
    WHERE e.maintenance_type = 'predictive' AND e.actual_start >= :from AND e.actual_start < :to
), days AS (
    SELECT sensor_id, machine_id, sensor_type, resolution,
           date_trunc('day', "timestamp" - interval '1 second', 'UTC') AS day,
           sum(average_value * readings_received) / sum(readings_received) AS mean
    FROM operations.sensor_health
    WHERE "timestamp" >= :from AND "timestamp" < :to AND sensor_type IN (SELECT sensor_type FROM felt)
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(readings_received) >= 120
), compared AS (
    SELECT sensor_id, machine_id, sensor_type, day,
           (mean - avg(mean) OVER before) / greatest(stddev_samp(mean) OVER before, resolution) AS z,
           count(*) OVER before AS days_before
    FROM days
    WINDOW before AS (PARTITION BY sensor_id ORDER BY day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)
), labelled AS (
    SELECT m.mode, m.low, m.high, c.machine_id, c.day, f.sign * c.z AS z,
           EXISTS (SELECT FROM ends AS e WHERE e.mode = m.mode AND e.machine_id = c.machine_id AND e.broke
                   AND e.at >= c.day + interval '1 day' AND e.at < c.day + interval '2 days') AS failing,
           NOT EXISTS (SELECT FROM ends AS e WHERE e.mode = m.mode AND e.machine_id = c.machine_id
                       AND e.at >= c.day - interval '8 days' AND e.at < c.day + interval '1 day' + m.lead) AS healthy
    FROM compared AS c
    JOIN felt AS f USING (sensor_type)
    JOIN modes AS m USING (mode)
    WHERE c.days_before >= 5 AND c.z IS NOT NULL
), placed AS (
    -- Share of the healthy windows that lie below each failing one; a tie counts half.
    SELECT mode, low, high, machine_id, day, failing,
           (rank() OVER every_one + (count(*) OVER all_ties - 1) / 2.0
               - rank() OVER failing - (count(*) OVER failing_ties - 1) / 2.0)
               / nullif(count(*) FILTER (WHERE NOT failing) OVER (PARTITION BY mode), 0) AS place
    FROM labelled
    WHERE failing OR healthy
    WINDOW every_one AS (PARTITION BY mode ORDER BY z), all_ties AS (PARTITION BY mode, z),
        failing AS (PARTITION BY mode, failing ORDER BY z), failing_ties AS (PARTITION BY mode, failing, z)
), failures AS (
    SELECT mode, low, high, avg(place) AS place
    FROM placed
    WHERE failing
    GROUP BY mode, low, high, machine_id, day
), areas AS (
    SELECT mode, low, high, avg(place) AS value, count(*) AS n, greatest(stddev(place), 0.15) / sqrt(count(*)) AS error
    FROM failures
    GROUP BY mode, low, high
)
-- The standard error after DeLong: failures are independent, the sensors that feel the same one are not. Some failures
-- are hidden from all sensors, so that places spread by 0.15 at least; among 100 some are.
SELECT mode AS what, value, low, high, n, 12 AS n_needed, error
FROM areas
UNION ALL
SELECT mode || ', at a glance', value, NULL, 0.995, n, 100, NULL
FROM areas
ORDER BY what;
