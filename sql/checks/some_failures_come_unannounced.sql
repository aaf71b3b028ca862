-- check: Between 10 and 25 % of the breakdowns of components whose degradation can be felt come without a
--   sensor warning in the time that it lasts.
-- kind: statistic
-- values: 0 to 1
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
), broken AS (
    SELECT f.fault_id, bool_or(w.at IS NOT NULL) AS announced
    FROM operations.machine_faults AS f
    JOIN felt USING (component)
    LEFT JOIN warnings AS w
        ON w.machine_id = f.machine_id AND w.sensor_type = felt.sensor_type
        AND w.at >= f.fault_start_time - felt.lead AND w.at < f.fault_start_time
    WHERE f.fault_severity IN ('major', 'critical') AND f.fault_start_time >= :from AND f.fault_start_time < :to
    GROUP BY f.fault_id, f.fault_start_time
    HAVING f.fault_start_time - max(felt.lead) >= :from
)
SELECT avg((NOT announced)::integer) AS value, 0.10 AS low, 0.25 AS high, count(*) AS n, 40 AS n_needed,
       sqrt(0.175 * 0.825 / greatest(count(*), 1)) AS error
FROM broken;
