-- check: While a spindle cuts at constant power, torque falls as speed rises: the correlation of the median
--   machine lies between -0.95 and -0.75.
-- kind: statistic
-- samples: seven days at most, spread over the range
WITH days AS (
    SELECT day, day + interval '1 day' AS next
    FROM generate_series(:from, :to - interval '1 second', greatest(interval '1 day', (:to - :from) / 7)) AS day
), cutting AS (
    SELECT days.day, s.machine_id, s."timestamp"
    FROM days
    JOIN operations.scada_machine_data AS s ON s."timestamp" >= days.day AND s."timestamp" < days.next
    WHERE s."timestamp" >= :from AND s."timestamp" < :to AND s.machine_state = 'running'
        AND s.machine_id IN (SELECT machine_id FROM published.sensors WHERE sensor_type = 'spindle_torque')
), machines AS (
    SELECT c.machine_id, corr(speed.measurement_value, torque.measurement_value) AS r, count(*) AS readings
    FROM cutting AS c
    JOIN operations.sensor_data AS speed ON speed.machine_id = c.machine_id AND speed."timestamp" = c."timestamp"
    JOIN operations.sensor_data AS torque ON torque.machine_id = c.machine_id AND torque."timestamp" = c."timestamp"
    WHERE speed."timestamp" >= :from AND speed."timestamp" < :to AND speed.quality = 192
        AND torque."timestamp" >= :from AND torque."timestamp" < :to AND torque.quality = 192
        AND speed.sensor_id IN (SELECT k.sensor_id FROM published.sensors AS k WHERE k.sensor_type = 'spindle_speed')
        AND torque.sensor_id IN (SELECT k.sensor_id FROM published.sensors AS k WHERE k.sensor_type = 'spindle_torque')
    GROUP BY c.machine_id
    HAVING count(*) >= 100
)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY r) AS value, -0.95 AS low, -0.75 AS high, sum(readings) AS n,
       -- The standard error of a correlation of 0.85 is 0.28 / sqrt(n), and successive readings resemble one
       -- another: 3.3 of them make half the band from n = 850.
       850 AS n_needed
FROM machines;
