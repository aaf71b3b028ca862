-- check: The parts counter of a machine never decreases.
-- kind: exact
--
-- Day by day, each from an hour before; a controller reports at least so often.
SELECT messages.*
FROM generate_series(:from, :to - interval '1 second', interval '1 day') AS day
CROSS JOIN LATERAL (
    SELECT machine_id, "timestamp", scada_id, parts_produced_cumulative,
           lag(parts_produced_cumulative) OVER (PARTITION BY machine_id ORDER BY "timestamp") AS parts_before
    FROM operations.scada_machine_data
    WHERE "timestamp" >= greatest(day - interval '1 hour', :from) AND "timestamp" < least(day + interval '1 day', :to)
) AS messages
WHERE parts_produced_cumulative < parts_before;
