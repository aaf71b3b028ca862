-- check: A powered machine that does not run vibrates less than half as much as when it runs, on nine machines
--   of ten.
-- kind: statistic
-- samples: seven days at most, spread over the range
WITH days AS (
    SELECT day, day + interval '1 day' AS next
    FROM generate_series(:from, :to - interval '1 second', greatest(interval '1 day', (:to - :from) / 7)) AS day
), machines AS (
    SELECT d.sensor_id, count(*) AS readings,
           avg(d.measurement_value) FILTER (WHERE s.machine_state <> 'running')
               / avg(d.measurement_value) FILTER (WHERE s.machine_state = 'running') AS ratio
    FROM days
    CROSS JOIN LATERAL (
        SELECT d.sensor_id, d.machine_id, d."timestamp", d.measurement_value
        FROM operations.sensor_data AS d
        WHERE d."timestamp" >= days.day AND d."timestamp" < days.next AND d."timestamp" < :to
            AND d.quality = 192
            AND d.sensor_id IN (SELECT k.sensor_id FROM published.sensors AS k WHERE k.sensor_type = 'vibration')
    ) AS d
    JOIN operations.scada_machine_data AS s
        ON s.machine_id = d.machine_id AND s."timestamp" = d."timestamp"
        AND s."timestamp" >= days.day AND s."timestamp" < days.next
    WHERE s.machine_state <> 'off'
    GROUP BY d.sensor_id
    HAVING count(*) FILTER (WHERE s.machine_state <> 'running') >= 30
        AND count(*) FILTER (WHERE s.machine_state = 'running') >= 30
)
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY ratio) AS value, 0 AS low, 0.5 AS high, sum(readings) AS n,
       2000 AS n_needed
FROM machines;
