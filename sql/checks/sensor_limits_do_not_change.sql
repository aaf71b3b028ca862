-- check: The fixed data of a sensor are the same in every assessment of it.
-- kind: exact
SELECT sensor_id, count(*) AS variants
FROM (
    SELECT sensor_id, machine_id, sensor_code, sensor_name, sensor_type, measurement_unit, measurement_range_min,
           measurement_range_max, resolution, sampling_interval_seconds, warning_threshold_min,
           warning_threshold_max, critical_threshold_min, critical_threshold_max
    FROM operations.sensor_health
    WHERE "timestamp" < :to
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
) AS variants
GROUP BY sensor_id
HAVING count(*) > 1;
