-- shared: What a machine's parts counter shows in a day, and how often it falls within it.
SELECT day, of_day.*
FROM generate_series(:from, :to - interval '1 second', interval '1 day') AS day
CROSS JOIN LATERAL (
    SELECT machine_id, min(counter) AS least, max(counter) AS largest, count(*) FILTER (WHERE counter < before) AS falls
    FROM (
        SELECT machine_id, parts_produced_cumulative AS counter,
               lag(parts_produced_cumulative) OVER (PARTITION BY machine_id ORDER BY "timestamp") AS before
        FROM operations.scada_machine_data
        WHERE "timestamp" >= day AND "timestamp" < day + interval '1 day' AND "timestamp" >= :from AND "timestamp" < :to
    ) AS messages
    GROUP BY machine_id
) AS of_day;
