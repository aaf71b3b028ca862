-- check: A reading is of a sensor and of the machine that the sensor is mounted on; a sensor has one reading at a
--   time; the value lies within its range, and the status follows from the value and the sensor's thresholds.
-- kind: exact
-- covers: references of operations.sensor_data; one row at a time in operations.sensor_data
--
-- One pass over the largest table, day by day. The status rises with the value: where it is right for the least and
-- the largest value, it is for all between. Where a sensor's rows come in one stretch with rising times, as a day
-- stores them, no two are equal; only of the others are the times counted.
WITH readings AS MATERIALIZED (
    SELECT day, of_day.*
    FROM generate_series(:from, :to - interval '1 second', interval '1 day') AS day
    CROSS JOIN LATERAL (
        SELECT sensor_id, machine_id, status, count(*) AS readings, min(measurement_value) AS least,
               max(measurement_value) AS largest,
               count(*) FILTER (WHERE sensor_id IS DISTINCT FROM sensor_before) AS stretches,
               bool_or(sensor_id = sensor_before AND "timestamp" <= time_before) IS TRUE AS falls
        FROM (
            SELECT sensor_id, machine_id, status, measurement_value, "timestamp",
                   lag(sensor_id) OVER () AS sensor_before, lag("timestamp") OVER () AS time_before
            FROM operations.sensor_data
            WHERE "timestamp" >= day AND "timestamp" < least(day + interval '1 day', :to)
        ) AS stored
        GROUP BY sensor_id, machine_id, status
    ) AS of_day
), sensors AS (
    SELECT sensor_id, machine_id, sensor_type, measurement_range_min, measurement_range_max,
           warning_threshold_min, warning_threshold_max, critical_threshold_min, critical_threshold_max
    FROM operations.sensor_health
    WHERE "timestamp" >= :to - interval '1 day'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), unordered AS (
    SELECT day, sensor_id
    FROM readings
    GROUP BY day, sensor_id
    HAVING sum(stretches) > 1 OR bool_or(falls)
)
SELECT r.day, r.sensor_id, r.machine_id, s.sensor_type, r.status, r.readings, r.least, r.largest, NULL::timestamptz AS twice_at
FROM readings AS r
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
SELECT u.day, u.sensor_id, NULL, NULL, NULL, twice.readings, NULL, NULL, twice."timestamp"
FROM unordered AS u
CROSS JOIN LATERAL (
    SELECT "timestamp", count(*) AS readings
    FROM operations.sensor_data
    WHERE "timestamp" >= u.day AND "timestamp" < least(u.day + interval '1 day', :to) AND sensor_id = u.sensor_id
    GROUP BY "timestamp"
    HAVING count(*) > 1
) AS twice;
