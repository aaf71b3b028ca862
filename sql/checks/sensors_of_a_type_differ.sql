-- check: Sensors of one type differ as instruments and machines do: the spread of their means while the machine
--   stands still by plan is that of the plant. Wear, bias and drift may add 15 % to it.
-- kind: statistic
-- values: at least 0
-- samples: readings of planned stops, when the load is constant, from their second hour on
-- rare: a small plant has few sensors of a type
-- uses: machine_shifts
WITH stops AS MATERIALIZED (
    SELECT machine_id, date_trunc('hour', begins) AS begun, min(stop_first) + interval '1 hour' AS starts, max(stop_last) AS ends
    FROM machine_shifts
    WHERE stop_messages > 0
    GROUP BY machine_id, begun
    HAVING sum(stop_messages) >= 90
), quantities (sensor_type, spread, relative) AS (VALUES
    ('vibration', 0.25, true), ('coolant_flow', 3.9, false), ('hydraulic_pressure', 4.0, false),
    ('pneumatic_pressure', 0.1, false), ('motor_current', 0.04, true), ('line_voltage', 1.0, false),
    ('weld_current', 0.03, true), ('weld_force', 0.025, true)
), means AS (
    SELECT q.sensor_type, q.spread, k.sensor_id,
           CASE WHEN q.relative THEN ln(avg(d.measurement_value) / k.measurement_range_max)
               ELSE avg(d.measurement_value) END AS mean
    FROM quantities AS q
    JOIN published.sensors AS k ON k.sensor_type = q.sensor_type
    JOIN stops AS s ON s.machine_id = k.machine_id
    CROSS JOIN LATERAL (
        SELECT d.measurement_value
        FROM operations.sensor_data AS d
        WHERE d.sensor_id = k.sensor_id AND d."timestamp" >= s.starts AND d."timestamp" < s.ends AND d.quality = 192
        OFFSET 0  -- keeps the bounds inside, so that only the stop's leaves are read
    ) AS d
    GROUP BY q.sensor_type, q.spread, q.relative, k.sensor_id, k.measurement_range_max
    HAVING avg(d.measurement_value) > 0
), spreads AS (
    SELECT sensor_type, spread, count(*) AS n,
           (percentile_cont(0.75) WITHIN GROUP (ORDER BY mean) - percentile_cont(0.25) WITHIN GROUP (ORDER BY mean))
               / 1.349 AS value
    FROM means
    GROUP BY sensor_type, spread
)
-- A standard deviation from the quartiles of a normal sample has a relative standard error of 1.17 / sqrt(n): 4.42 of
-- them, which a sound plant exceeds once in 100,000 times, as a factor, so that sensors that are all alike never pass.
SELECT sensor_type AS what, value, spread * exp(-4.42 * 1.17 / sqrt(n)) AS low,
       1.15 * spread * exp(4.42 * 1.17 / sqrt(n)) AS high, n, 30 AS n_needed
FROM spreads
ORDER BY sensor_type;
