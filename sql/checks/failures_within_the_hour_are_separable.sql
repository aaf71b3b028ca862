-- check: The mean of a sensor's last hour (half hour for motors) against its week before tells failure in the next
--   from health, but not trivially; what fails without a warning, electrical supplies and bursting hoses, it
--   does not foretell: the area under the ROC curve lies within its band, and is never that of data in which
--   failures stand out at a glance.
-- kind: statistic
-- values: 0 to 1
-- samples: of the last 90 days, machines on which a component broke down, and every fifth line
--
-- Windows are of the sensors that feel a mode, or would if it could be felt. One is failing if a component breaks
-- down within a window's length after it, healthy if none fails or is repaired for as long as degradation can last,
-- and none was in the day before.
WITH modes (mode, component, width, lead, low, high) AS (VALUES
    ('coolant', 'coolant pump', interval '1 hour', interval '8 hours', 0.88, 0.98),
    ('pneumatic', 'pneumatic valve', interval '1 hour', interval '10 hours', 0.88, 0.98),
    ('motor', 'motor', interval '30 minutes', interval '4 hours', 0.88, 0.98),
    ('without warning', 'power supply', interval '30 minutes', interval '1 hour', 0.45, 0.62),
    ('without warning', 'hydraulic hose', interval '30 minutes', interval '1 hour', 0.45, 0.62)
), felt (mode, sensor_type, sign) AS (VALUES
    ('coolant', 'coolant_flow', -1), ('coolant', 'coolant_temperature', 1), ('coolant', 'temperature', 1),
    ('pneumatic', 'pneumatic_pressure', -1), ('motor', 'temperature', 1), ('motor', 'motor_current', 1),
    ('without warning', 'line_voltage', 1), ('without warning', 'motor_current', 1),
    ('without warning', 'temperature', 1), ('without warning', 'vibration', 1),
    ('without warning', 'hydraulic_pressure', -1)
), ends AS (
    SELECT m.mode, f.machine_id, f.fault_start_time AS at, true AS broke
    FROM operations.machine_faults AS f
    JOIN modes AS m ON m.component = f.component
    WHERE f.fault_severity IN ('major', 'critical') AND f.fault_start_time >= greatest(:from, :to - interval '90 days') AND f.fault_start_time < :to
    UNION ALL
    SELECT m.mode, e.machine_id, e.actual_start, false
    FROM operations.maintenance_events AS e
    JOIN modes AS m ON m.component = e.component
    WHERE e.maintenance_type = 'predictive' AND e.actual_start >= greatest(:from, :to - interval '90 days') AND e.actual_start < :to
), chosen AS (
    SELECT DISTINCT s.sensor_id, s.machine_id, s.sensor_type, s.resolution, m.width,
           extract(epoch FROM interval '7 days')::integer / extract(epoch FROM m.width)::integer AS week
    FROM published.sensors AS s
    JOIN felt AS f USING (sensor_type)
    JOIN modes AS m USING (mode)
    WHERE s.machine_id / 100 % 5 = 0
        OR EXISTS (SELECT FROM ends AS e WHERE e.mode = f.mode AND e.machine_id = s.machine_id AND e.broke)
), windows AS (
    SELECT c.sensor_id, c.width, c.week,
           date_bin(c.width, d."timestamp", timestamptz '2000-01-01 00:00+00') AS begins,
           avg(d.measurement_value) AS mean
    FROM operations.sensor_data AS d
    JOIN chosen AS c USING (sensor_id)
    WHERE d."timestamp" >= greatest(:from, :to - interval '90 days') AND d."timestamp" < :to
    GROUP BY c.sensor_id, c.width, c.week, date_bin(c.width, d."timestamp", timestamptz '2000-01-01 00:00+00')
    HAVING count(*) >= extract(epoch FROM c.width) / 360
), sums AS (
    SELECT *, sum(mean) OVER so_far AS total, sum(mean ^ 2) OVER so_far AS squares
    FROM windows
    WINDOW so_far AS (PARTITION BY sensor_id, width ORDER BY begins)
), baselines AS (
    SELECT sensor_id, width, begins, mean, (total - mean - lag(total, week + 1) OVER w) / week AS base,
           (squares - mean ^ 2 - lag(squares, week + 1) OVER w) / week AS square
    FROM sums
    WINDOW w AS (PARTITION BY sensor_id, width ORDER BY begins)
), compared AS (
    SELECT c.machine_id, c.sensor_type, b.sensor_id, b.width, b.begins, b.begins + b.width AS finishes,
           (b.mean - b.base) / greatest(sqrt(greatest(b.square - b.base ^ 2, 0)), c.resolution) AS z
    FROM baselines AS b
    JOIN chosen AS c USING (sensor_id, width)
    WHERE b.base IS NOT NULL
), labelled AS (
    SELECT m.mode, m.low, m.high, c.machine_id, f.sign * c.z AS z, count(e.at) = 0 AS healthy,
           min(e.at) FILTER (WHERE e.broke AND e.at < c.finishes + c.width AND e.at >= c.finishes) AS failure
    FROM compared AS c
    JOIN felt AS f USING (sensor_type)
    JOIN (SELECT DISTINCT mode, width, lead, low, high FROM modes) AS m USING (mode, width)
    LEFT JOIN ends AS e
        ON e.mode = m.mode AND e.machine_id = c.machine_id
        AND e.at >= c.begins - interval '1 day' AND e.at < c.finishes + m.lead
    GROUP BY m.mode, m.low, m.high, c.machine_id, c.sensor_id, c.begins, c.z, f.sign
), placed AS (
    -- Share of the healthy windows that lie below each failing one; a tie counts half.
    SELECT mode, low, high, machine_id, failure,
           (rank() OVER every_one + (count(*) OVER all_ties - 1) / 2.0
               - rank() OVER failing - (count(*) OVER failing_ties - 1) / 2.0)
               / nullif(count(*) FILTER (WHERE failure IS NULL) OVER (PARTITION BY mode), 0) AS place
    FROM labelled
    WHERE failure IS NOT NULL OR healthy
    WINDOW every_one AS (PARTITION BY mode ORDER BY z), all_ties AS (PARTITION BY mode, z),
        failing AS (PARTITION BY mode, failure IS NULL ORDER BY z),
        failing_ties AS (PARTITION BY mode, failure IS NULL, z)
), failures AS (
    SELECT mode, low, high, avg(place) AS place
    FROM placed
    WHERE failure IS NOT NULL
    GROUP BY mode, low, high, machine_id, failure
), areas AS (
    SELECT mode, low, high, avg(place) AS value, count(*) AS n, greatest(stddev(place), 0.15) / sqrt(count(*)) AS error
    FROM failures
    GROUP BY mode, low, high
)
-- The standard error after DeLong: failures are independent, the windows of one are not. Some failures are hidden from
-- all sensors, so that places spread by 0.15 at least; among 100 some are.
SELECT mode AS what, value, low, high, n, 12 AS n_needed, error
FROM areas
UNION ALL
SELECT mode || ', at a glance', value, NULL, 0.995, n, 100, NULL
FROM areas
ORDER BY what;
