-- check: The status of every reading follows from its value and the thresholds of its sensor; the value lies
--   within the measuring range and is a multiple of the resolution.
-- kind: exact
SELECT d.sensor_id, s.sensor_type, d."timestamp", d.measurement_value, d.status
FROM operations.sensor_data AS d
LEFT JOIN (
    SELECT sensor_id, machine_id, sensor_type, resolution, measurement_range_min, measurement_range_max,
           warning_threshold_min, warning_threshold_max, critical_threshold_min, critical_threshold_max
    FROM operations.sensor_health
    WHERE "timestamp" >= :to - interval '1 day'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
) AS s USING (sensor_id)
WHERE d."timestamp" >= :from AND d."timestamp" < :to
    AND (s.sensor_id IS NULL
        OR d.machine_id <> s.machine_id
        OR d.measurement_value NOT BETWEEN s.measurement_range_min AND s.measurement_range_max
        OR abs(d.measurement_value / s.resolution - round(d.measurement_value / s.resolution)) > 1e-6
        OR d.status <> CASE
            WHEN d.measurement_value < s.critical_threshold_min THEN -2
            WHEN d.measurement_value < s.warning_threshold_min THEN -1
            WHEN d.measurement_value > s.critical_threshold_max THEN 2
            WHEN d.measurement_value > s.warning_threshold_max THEN 1
            ELSE 0 END);
