-- check: The mean of a sensor's half hour against its 336 half hours before tells an overheating motor within
--   the next half hour from health, but not trivially; what fails without a warning, electrical supplies and
--   bursting hoses, it does not foretell: the area under the ROC curve lies within its band.
-- kind: statistic
-- samples: machines on which a component broke down, and every fifth line
--
-- Windows are half hours of the sensors that feel a mode, or would if it could be felt. One is failing if a
-- component breaks down within the half hour after it, healthy if none fails or is repaired for as long as
-- degradation can last, and none was in the day before.
WITH modes (mode, component, lead, low, high) AS (VALUES
    ('motor', 'motor', interval '4 hours', 0.88, 0.98),
    ('without warning', 'power supply', interval '1 hour', 0.45, 0.62),
    ('without warning', 'hydraulic hose', interval '1 hour', 0.45, 0.62)
), felt (mode, sensor_type, sign) AS (VALUES
    ('motor', 'temperature', 1), ('motor', 'motor_current', 1), ('without warning', 'line_voltage', 1),
    ('without warning', 'motor_current', 1), ('without warning', 'temperature', 1),
    ('without warning', 'vibration', 1), ('without warning', 'hydraulic_pressure', -1)
), ends AS (
    SELECT m.mode, f.machine_id, f.fault_start_time AS at,
           fault_severity IN ('major', 'critical') AS broke
    FROM operations.machine_faults AS f
    JOIN modes AS m ON m.component = f.component
    WHERE f.fault_severity IN ('major', 'critical') AND f.fault_start_time >= :from AND f.fault_start_time < :to
    UNION ALL
    SELECT m.mode, e.machine_id, e.actual_start, false
    FROM operations.maintenance_events AS e
    JOIN modes AS m ON m.component = e.component
    WHERE e.maintenance_type = 'predictive' AND e.actual_start >= :from AND e.actual_start < :to
), windows AS (
    SELECT d.sensor_id, date_bin('30 minutes', d."timestamp", timestamptz '2000-01-01 00:00+00') AS begins,
           avg(d.measurement_value) AS mean
    FROM operations.sensor_data AS d
    WHERE d."timestamp" >= :from AND d."timestamp" < :to
        AND d.sensor_id IN (
            SELECT s.sensor_id
            FROM published.sensors AS s
            JOIN felt AS f USING (sensor_type)
            WHERE s.machine_id / 100 % 5 = 0
                OR EXISTS (SELECT FROM ends AS e WHERE e.mode = f.mode AND e.machine_id = s.machine_id AND e.broke))
    GROUP BY 1, 2
    HAVING count(*) >= 5
), sums AS (
    SELECT sensor_id, begins, mean, sum(mean) OVER so_far AS total, sum(mean ^ 2) OVER so_far AS squares
    FROM windows
    WINDOW so_far AS (PARTITION BY sensor_id ORDER BY begins)
), baselines AS (
    SELECT sensor_id, begins, mean,
           (total - mean - lag(total, 337) OVER w) / 336 AS base,
           (squares - mean ^ 2 - lag(squares, 337) OVER w) / 336 AS square
    FROM sums
    WINDOW w AS (PARTITION BY sensor_id ORDER BY begins)
), compared AS (
    SELECT t.sensor_id, s.machine_id, s.sensor_type, t.begins, t.begins + interval '30 minutes' AS finishes,
           (t.mean - t.base) / greatest(sqrt(greatest(t.square - t.base ^ 2, 0)), s.resolution) AS z
    FROM baselines AS t
    JOIN published.sensors AS s USING (sensor_id)
    WHERE t.base IS NOT NULL
), labelled AS (
    SELECT m.mode, m.low, m.high, f.sign * c.z AS z, bool_or(e.broke AND e.at < c.finishes + interval '30 minutes'
           AND e.at >= c.finishes) IS TRUE AS failing, count(e.at) = 0 AS healthy
    FROM compared AS c
    JOIN felt AS f USING (sensor_type)
    JOIN modes AS m USING (mode)
    LEFT JOIN ends AS e
        ON e.mode = m.mode AND e.machine_id = c.machine_id
        AND e.at >= c.begins - interval '1 day' AND e.at < c.finishes + m.lead
    GROUP BY m.mode, m.low, m.high, c.sensor_id, c.begins, c.z, f.sign
), ranked AS (
    SELECT mode, low, high, failing, z,
           rank() OVER (PARTITION BY mode ORDER BY z) + (count(*) OVER (PARTITION BY mode, z) - 1) / 2.0 AS rank
    FROM labelled
    WHERE failing OR healthy
), summed AS (
    SELECT mode, low, high, count(*) FILTER (WHERE failing) AS failing, count(*) FILTER (WHERE NOT failing) AS healthy,
           sum(rank) FILTER (WHERE failing) AS ranks, (low + high) / 2 AS middle
    FROM ranked
    GROUP BY mode, low, high
)
SELECT mode AS what, (ranks - failing * (failing + 1) / 2.0) / nullif(failing * healthy, 0) AS value, low, high,
       failing AS n,
       -- Hanley and McNeil: with many healthy windows the variance of an area A is (A / (2 - A) - A^2) / n;
       -- 3.3 standard errors make half the band.
       ceil((6.6 / (high - low)) ^ 2 * (middle / (2 - middle) - middle ^ 2)) AS n_needed
FROM summed
ORDER BY mode;
