-- check: Motor current tells whether a machine runs: their correlation exceeds 0.8 on nine machines of ten.
-- kind: statistic
-- values: 0 to 1
-- samples: seven days at most, spread over the range
WITH days AS (
    SELECT day, day + interval '1 day' AS next
    FROM generate_series(:from, :to - interval '1 second', greatest(interval '1 day', (:to - :from) / 7)) AS day
), machines AS (
    SELECT sensor_id, corr(measurement_value, (machine_state = 'running')::integer) AS r, count(*) AS readings
    FROM days
    CROSS JOIN LATERAL (
        -- Both tables are bounded by the day, so that only its leaves are read.
        SELECT d.sensor_id, d.measurement_value, s.machine_state
        FROM operations.sensor_data AS d
        JOIN operations.scada_machine_data AS s ON s.machine_id = d.machine_id AND s."timestamp" = d."timestamp"
        WHERE d."timestamp" >= days.day AND d."timestamp" < days.next AND d."timestamp" < :to AND d.quality = 192
            AND s."timestamp" >= days.day AND s."timestamp" < days.next AND s."timestamp" < :to
            AND d.sensor_id IN (SELECT k.sensor_id FROM published.sensors AS k WHERE k.sensor_type = 'motor_current')
    ) AS d
    GROUP BY sensor_id
    HAVING count(*) FILTER (WHERE machine_state <> 'running') >= 30
        AND count(*) FILTER (WHERE machine_state = 'running') >= 30
)
-- Nine of ten: a sensor that is stuck for days, or a machine that hardly ever stands, is no mistake.
SELECT avg(coalesce(r > 0.8, false)::integer) AS value, 0.9 AS low, NULL::numeric AS high, count(*) AS n, 20 AS n_needed,
       sqrt(0.9 * 0.1 / greatest(count(*), 1)) AS error
FROM machines;
