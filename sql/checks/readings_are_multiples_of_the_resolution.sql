-- check: The value of a reading is a multiple of its sensor's resolution.
-- kind: exact
-- samples: one day in ten, from the first
SELECT d.sensor_id, d."timestamp", d.measurement_value, s.resolution
FROM generate_series(:from, :to - interval '1 second', interval '10 days') AS day
CROSS JOIN LATERAL (
    SELECT sensor_id, "timestamp", measurement_value
    FROM operations.sensor_data
    WHERE "timestamp" >= day AND "timestamp" < least(day + interval '1 day', :to)
    OFFSET 0  -- keeps the bounds inside, so that only the day's leaf is read
) AS d
JOIN (
    SELECT sensor_id, resolution
    FROM operations.sensor_health
    WHERE "timestamp" >= :to - interval '1 day'
    GROUP BY sensor_id, resolution
) AS s USING (sensor_id)
WHERE abs(d.measurement_value / s.resolution - round(d.measurement_value / s.resolution)) > 1e-6;
