-- shared: How many readings a sensor has in a day, of each machine and status, between which values, and whether two of
--   them may be at one time.
--
-- Where an hour has readings at as many of its minutes as there are readings, no two are at one time.
SELECT day, of_day.*
FROM generate_series(:from, :to - interval '1 second', interval '1 day') AS day
CROSS JOIN LATERAL (
    WITH hours AS MATERIALIZED (
        SELECT sensor_id, machine_id, status, date_bin('1 hour', "timestamp", :from) AS hour, count(*) AS readings,
               min(measurement_value) AS least, max(measurement_value) AS largest,
               bit_or(1::bigint << date_part('minute', "timestamp")::integer) AS minutes
        FROM operations.sensor_data
        WHERE "timestamp" >= day AND "timestamp" < day + interval '1 day' AND "timestamp" >= :from AND "timestamp" < :to
        GROUP BY 1, 2, 3, 4
    )
    SELECT sensor_id, machine_id, status, sum(readings)::bigint AS readings, min(least) AS least, max(largest) AS largest,
           sensor_id IN (
               SELECT sensor_id FROM hours GROUP BY sensor_id, hour HAVING sum(readings) > bit_count(bit_or(minutes)::bit(64))
           ) AS crowded
    FROM hours
    GROUP BY sensor_id, machine_id, status
) AS of_day;
