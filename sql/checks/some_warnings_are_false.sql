-- check: At least a fifth of the sensor warnings are false: no component that the sensor feels fails, or is
--   repaired before it does, within the time that its degradation lasts.
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
), ends AS (
    SELECT machine_id, component, fault_start_time AS at
    FROM operations.machine_faults
    WHERE fault_severity IN ('major', 'critical') AND component IS NOT NULL AND fault_start_time >= :from
        AND fault_start_time < :to
    UNION ALL
    SELECT machine_id, component, actual_start
    FROM operations.maintenance_events
    WHERE maintenance_type = 'predictive' AND component IS NOT NULL AND actual_start >= :from AND actual_start < :to
), judged AS (
    SELECT w.fault_id, w.machine_id, w.sensor_type, bool_or(e.at IS NOT NULL) AS confirmed
    FROM warnings AS w
    LEFT JOIN felt USING (sensor_type)
    LEFT JOIN ends AS e
        ON e.machine_id = w.machine_id AND e.component = felt.component AND e.at > w.at AND e.at <= w.at + felt.lead
    GROUP BY w.fault_id, w.at, w.machine_id, w.sensor_type
    -- What a later one may still confirm is not judged.
    HAVING w.at < :to - coalesce(max(felt.lead), interval '0')
), sensors AS (
    -- A degradation, or a drift, gives many warnings of one sensor.
    SELECT machine_id, sensor_type, count(*) AS whole, count(*) FILTER (WHERE NOT confirmed) AS part
    FROM judged
    GROUP BY machine_id, sensor_type
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM sensors
)
SELECT e.value, 0.2 AS low, NULL::double precision AS high, e.n, 30 AS n_needed,
       sqrt(sum((s.part - e.value * s.whole) ^ 2)) / e.whole AS error
FROM every AS e
CROSS JOIN sensors AS s
GROUP BY e.value, e.whole, e.n;
