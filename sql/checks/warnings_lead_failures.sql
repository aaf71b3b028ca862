-- check: The first sensor warning comes before a breakdown by a time that somebody can use: in the median 5 to
--   14 days for bearings, 0.5 to 4 hours for coolant pumps, 20 to 120 minutes for motors.
-- kind: statistic
-- values: at least 0
-- rare: in 90 days some 8 bearings and 15 coolant pumps of 200 machines break down
WITH felt (component, sensor_type, lead) AS (VALUES
    ('bearing', 'vibration', interval '21 days'), ('bearing', 'temperature', interval '21 days'),
    ('bearing', 'motor_current', interval '21 days'), ('bearing', 'spindle_torque', interval '21 days'),
    ('motor', 'temperature', interval '4 hours'), ('motor', 'motor_current', interval '4 hours'),
    ('hydraulic seal', 'hydraulic_pressure', interval '14 days'),
    ('hydraulic seal', 'coolant_flow', interval '14 days'),
    ('coolant pump', 'coolant_flow', interval '8 hours'),
    ('coolant pump', 'coolant_temperature', interval '8 hours'),
    ('coolant pump', 'temperature', interval '8 hours'),
    ('pneumatic valve', 'pneumatic_pressure', interval '10 hours'),
    ('servo drive', 'position_error', interval '10 days'), ('servo drive', 'motor_current', interval '10 days')
), warnings AS (
    SELECT w.fault_id, w.machine_id, w.fault_start_time AS at, s.sensor_type
    FROM operations.machine_faults AS w
    JOIN published.sensors AS s USING (sensor_id)
    WHERE w.detection_method = 'sensor_threshold' AND w.fault_start_time >= :from AND w.fault_start_time < :to
), bands (component, low, high, spread) AS (VALUES
    ('bearing', 120.0, 336.0, 72.0), ('coolant pump', 0.5, 4.0, 2.0), ('motor', 1 / 3.0, 2.0, 0.85)
), announced AS (
    SELECT f.fault_id, f.component, extract(epoch FROM f.fault_start_time - min(w.at)) / 3600 AS hours
    FROM operations.machine_faults AS f
    JOIN felt USING (component)
    JOIN warnings AS w
        ON w.machine_id = f.machine_id AND w.sensor_type = felt.sensor_type
        AND w.at >= f.fault_start_time - felt.lead AND w.at < f.fault_start_time
    WHERE f.fault_severity IN ('major', 'critical') AND f.fault_start_time < :to
        AND f.fault_start_time - felt.lead >= :from
    GROUP BY f.fault_id, f.component, f.fault_start_time
)
SELECT component || ', hours' AS what, percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS value, b.low, b.high,
       count(hours) AS n, 8 AS n_needed,
       1.25 * b.spread / sqrt(greatest(count(hours), 1)) AS error  -- of a median
FROM bands AS b
LEFT JOIN announced USING (component)
GROUP BY component, b.low, b.high, b.spread
ORDER BY component;
