-- check: The noise of a healthy sensor is an AR(1) process with the memory of its quantity: the coefficient at
--   one minute, estimated from the growth of the variogram, lies within 0.03 of it. White noise and level drop out; quantities
--   with a daily course, with a short memory or with a program of their own are left out.
-- kind: statistic
-- values: 0 to 1
-- rare: few machines have hydraulics, and their pressure forgets within minutes
-- samples: readings of planned stops, when the load is constant, from their second hour on
-- uses: machine_shifts
WITH stops AS MATERIALIZED (
    SELECT machine_id, shift_id, date_trunc('hour', begins) AS begun, min(stop_first) + interval '1 hour' AS starts,
           max(stop_last) AS ends
    FROM machine_shifts
    WHERE stop_messages > 0
    GROUP BY machine_id, shift_id, begun
    HAVING sum(stop_messages) >= 90
), quantities (sensor_type, phi, lag) AS (VALUES
    ('vibration', 0.90, 4), ('coolant_flow', 0.85, 4), ('hydraulic_pressure', 0.70, 2), ('motor_current', 0.85, 4),
    ('line_voltage', 0.95, 4)
), readings AS (
    SELECT q.sensor_type, q.phi, q.lag, d.sensor_id, s.starts, d."timestamp" AS t,
           60 * q.lag / k.sampling_interval_seconds AS step,
           d.measurement_value / nullif(avg(d.measurement_value) OVER (PARTITION BY d.sensor_id, s.starts), 0) AS x
    FROM stops AS s
    JOIN published.sensors AS k ON k.machine_id = s.machine_id
    JOIN quantities AS q ON q.sensor_type = k.sensor_type AND 60 * q.lag % k.sampling_interval_seconds = 0
    CROSS JOIN LATERAL (
        SELECT d.sensor_id, d."timestamp", d.measurement_value
        FROM operations.sensor_data AS d
        WHERE d.sensor_id = k.sensor_id AND d."timestamp" >= s.starts AND d."timestamp" < s.ends AND d.quality = 192
        OFFSET 0  -- keeps the bounds inside, so that only the stop's leaves are read
    ) AS d
), pairs AS (
    SELECT sensor_type, phi, lag, sensor_id, multiple, sum((later - x) ^ 2) AS squares, count(*) AS n
    FROM (
        SELECT sensor_type, phi, lag, sensor_id, m.multiple, r.x, r.t,
               lead(r.x, step * m.multiple) OVER w AS later, lead(r.t, step * m.multiple) OVER w AS later_t
        FROM readings AS r
        CROSS JOIN (VALUES (1), (2), (3)) AS m (multiple)
        WINDOW w AS (PARTITION BY sensor_id, starts, m.multiple ORDER BY t)
    ) AS apart
    WHERE later_t = t + make_interval(mins => lag * multiple) AND abs(later - x) < 0.5
    GROUP BY sensor_type, phi, lag, sensor_id, multiple
), gammas AS (
    SELECT sensor_type, phi, lag, multiple, sum(squares) / sum(n) AS gamma, sum(n) AS n
    FROM pairs
    GROUP BY sensor_type, phi, lag, multiple
), estimated AS (
    SELECT sensor_type, phi, lag,
           (max(gamma) FILTER (WHERE multiple = 3) - max(gamma) FILTER (WHERE multiple = 2))
           / nullif(max(gamma) FILTER (WHERE multiple = 2) - max(gamma) FILTER (WHERE multiple = 1), 0) AS ratio,
           max(gamma) FILTER (WHERE multiple = 2) - max(gamma) FILTER (WHERE multiple = 1) AS rise
    FROM gammas
    GROUP BY sensor_type, phi, lag
), sensors AS (
    -- What each adds to the ratio beyond its share: its derivative by the three gammas.
    SELECT e.sensor_type, sum((p.squares - g.gamma * p.n) / g.n
               * CASE p.multiple WHEN 3 THEN 1 WHEN 2 THEN -1 - e.ratio ELSE e.ratio END) / e.rise AS pull
    FROM pairs AS p
    JOIN gammas AS g USING (sensor_type, multiple)
    JOIN estimated AS e ON e.sensor_type = p.sensor_type
    WHERE e.rise > 0
    GROUP BY e.sensor_type, p.sensor_id, e.rise
)
SELECT e.sensor_type AS what, e.ratio ^ (1.0 / e.lag) AS value, e.phi - 0.03 AS low, e.phi + 0.03 AS high, count(*) AS n,
       20 AS n_needed, sqrt(sum(s.pull ^ 2)) * e.ratio ^ (1.0 / e.lag) / (e.lag * e.ratio) AS error
FROM estimated AS e
JOIN sensors AS s USING (sensor_type)
WHERE e.ratio > 0
GROUP BY e.sensor_type, e.phi, e.lag, e.ratio
ORDER BY e.sensor_type;
