-- check: The noise of a healthy sensor is an AR(1) process with the memory of its quantity: the coefficient at
--   one minute, estimated from the growth of the variogram, lies within 0.03 of it.
-- kind: statistic
-- samples: readings of planned stops, when the load is constant, from their second hour on
WITH stops AS (
    SELECT machine_id, shift_id, begun, min("timestamp") + interval '1 hour' AS starts, max("timestamp") AS ends
    FROM (
        SELECT machine_id, shift_id, "timestamp", date_trunc('hour', "timestamp" - make_interval(secs =>
                   uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
                   + idle_seconds_shift + planned_stop_seconds_shift)) AS begun
        FROM operations.scada_machine_data
        WHERE "timestamp" >= :from AND "timestamp" < :to AND machine_state = 'planned_stop'
            AND uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
                + idle_seconds_shift = 0
    ) AS messages
    GROUP BY machine_id, shift_id, begun
    HAVING count(*) >= 90
), quantities (sensor_type, phi, lag) AS (VALUES
    ('vibration', 0.90, 3), ('coolant_flow', 0.85, 3), ('hydraulic_pressure', 0.70, 2), ('motor_current', 0.85, 3),
    ('line_voltage', 0.95, 5), ('weld_current', 0.30, 1), ('weld_force', 0.30, 1)
), readings AS (
    SELECT q.sensor_type, q.phi, q.lag * (60.0 / k.sampling_interval_seconds) AS steps, d.sensor_id,
           k.sampling_interval_seconds AS dt, q.lag, d."timestamp" AS t,
           d.measurement_value / avg(d.measurement_value) OVER (PARTITION BY d.sensor_id, s.starts) AS x, s.starts
    FROM stops AS s
    JOIN published.sensors AS k ON k.machine_id = s.machine_id
    JOIN quantities AS q ON q.sensor_type = k.sensor_type
    JOIN operations.sensor_data AS d
        ON d.sensor_id = k.sensor_id AND d."timestamp" >= s.starts AND d."timestamp" < s.ends
    WHERE d."timestamp" >= :from AND d."timestamp" < :to AND d.quality = 192 AND k.sampling_interval_seconds <= 60
), pairs AS (
    SELECT a.sensor_type, a.phi, a.lag, m.multiple, avg((b.x - a.x) ^ 2) AS gamma, count(*) AS n
    FROM readings AS a
    CROSS JOIN (VALUES (1), (2), (3)) AS m (multiple)
    JOIN readings AS b
        ON b.sensor_id = a.sensor_id AND b.starts = a.starts
        AND b.t = a.t + make_interval(mins => a.lag * m.multiple)
    WHERE abs(b.x - a.x) < 0.5
    GROUP BY a.sensor_type, a.phi, a.lag, m.multiple
), estimated AS (
    SELECT sensor_type, phi, lag, min(n) AS n,
           (max(gamma) FILTER (WHERE multiple = 3) - max(gamma) FILTER (WHERE multiple = 2))
           / nullif(max(gamma) FILTER (WHERE multiple = 2) - max(gamma) FILTER (WHERE multiple = 1), 0) AS ratio
    FROM pairs
    GROUP BY sensor_type, phi, lag
)
SELECT sensor_type AS what, CASE WHEN ratio > 0 THEN ratio ^ (1.0 / lag) END AS value, phi - 0.03 AS low,
       phi + 0.03 AS high, n,
       -- Simulated with these coefficients and noises: the estimate's standard error is 2.4 / sqrt(n) or less.
       ceil((3.3 * 2.4 / 0.03) ^ 2) AS n_needed
FROM estimated
ORDER BY sensor_type;
