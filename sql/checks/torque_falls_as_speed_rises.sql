-- check: While a spindle cuts at constant power, torque falls as speed rises: the correlation of the median
--   machine lies between -0.95 and -0.75.
-- kind: statistic
-- values: -1 to 1
-- samples: seven days at most, spread over the range
WITH days AS (
    SELECT day, day + interval '1 day' AS next
    FROM generate_series(:from, :to - interval '1 second', greatest(interval '1 day', (:to - :from) / 7)) AS day
), machines AS (
    SELECT machine_id, corr(speed, torque) AS r, count(*) AS readings
    FROM days
    CROSS JOIN LATERAL (
        SELECT d.machine_id, d."timestamp",
               max(d.measurement_value) FILTER (WHERE k.sensor_type = 'spindle_speed') AS speed,
               max(d.measurement_value) FILTER (WHERE k.sensor_type = 'spindle_torque') AS torque
        FROM operations.sensor_data AS d
        JOIN published.sensors AS k USING (sensor_id)
        JOIN operations.scada_machine_data AS s ON s.machine_id = d.machine_id AND s."timestamp" = d."timestamp"
        WHERE d."timestamp" >= days.day AND d."timestamp" < days.next AND d."timestamp" < :to AND d.quality = 192
            AND s."timestamp" >= days.day AND s."timestamp" < days.next AND s."timestamp" < :to
            AND s.machine_state = 'running' AND k.sensor_type IN ('spindle_speed', 'spindle_torque')
        GROUP BY d.machine_id, d."timestamp"
    ) AS d
    WHERE speed IS NOT NULL AND torque IS NOT NULL
    GROUP BY machine_id
    HAVING count(*) >= 100
)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY r) AS value, -0.95 AS low, -0.75 AS high, count(*) AS n, 10 AS n_needed,
       1.25 * stddev(r) / sqrt(count(*)) AS error  -- of a median
FROM machines;
