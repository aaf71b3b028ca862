-- check: A reading is of a sensor and of the machine that the sensor is mounted on; a sensor has one reading at a
--   time; the value lies within its range, and the status follows from the value and the sensor's thresholds.
-- kind: exact
-- covers: references of operations.sensor_data; one row at a time in operations.sensor_data
-- uses: readings_of_a_day
--
-- The status rises with the value: where it is right for the least and the largest value, it is for all between. Times are
-- counted only where two of them may be equal.
WITH sensors AS (
    SELECT sensor_id, machine_id, sensor_type, measurement_range_min, measurement_range_max,
           warning_threshold_min, warning_threshold_max, critical_threshold_min, critical_threshold_max
    FROM operations.sensor_health
    WHERE "timestamp" >= :to - interval '1 day'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), crowded AS (
    SELECT DISTINCT day, sensor_id
    FROM readings_of_a_day
    WHERE crowded
)
SELECT r.day, r.sensor_id, r.machine_id, s.sensor_type, r.status, r.readings, r.least, r.largest, NULL::timestamptz AS twice_at
FROM readings_of_a_day AS r
LEFT JOIN sensors AS s USING (sensor_id, machine_id)
CROSS JOIN LATERAL (VALUES (r.least), (r.largest)) AS extreme (value)
WHERE s.sensor_id IS NULL
    OR extreme.value NOT BETWEEN s.measurement_range_min AND s.measurement_range_max
    OR r.status <> CASE
        WHEN extreme.value < s.critical_threshold_min THEN -2
        WHEN extreme.value < s.warning_threshold_min THEN -1
        WHEN extreme.value > s.critical_threshold_max THEN 2
        WHEN extreme.value > s.warning_threshold_max THEN 1
        ELSE 0 END
UNION ALL
SELECT c.day, c.sensor_id, NULL, NULL, NULL, twice.readings, NULL, NULL, twice."timestamp"
FROM crowded AS c
CROSS JOIN LATERAL (
    SELECT "timestamp", count(*) AS readings
    FROM operations.sensor_data
    WHERE "timestamp" >= c.day AND "timestamp" < least(c.day + interval '1 day', :to) AND sensor_id = c.sensor_id
    GROUP BY "timestamp"
    HAVING count(*) > 1
) AS twice;
