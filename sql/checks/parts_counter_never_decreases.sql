-- check: The parts counter of a machine never decreases.
-- kind: exact
-- uses: parts_counters
--
-- Only of machines and days with a fall, within the day or since the day before, messages are read, each day's from an
-- hour before; a controller reports at least so often.
WITH fallen AS (
    SELECT *
    FROM (
        SELECT machine_id, day, falls, least < lag(largest) OVER (PARTITION BY machine_id ORDER BY day) AS below
        FROM parts_counters
    ) AS days
    WHERE falls > 0 OR below
)
SELECT messages.*
FROM fallen
CROSS JOIN LATERAL (
    SELECT machine_id, "timestamp", scada_id, parts_produced_cumulative,
           lag(parts_produced_cumulative) OVER (ORDER BY "timestamp") AS parts_before
    FROM operations.scada_machine_data
    WHERE machine_id = fallen.machine_id AND "timestamp" >= greatest(day - interval '1 hour', :from)
        AND "timestamp" < least(day + interval '1 day', :to)
) AS messages
WHERE parts_produced_cumulative < parts_before;
