-- check: The six times of a machine's shift add up to the time since the shift began, at 06:00, 14:00 or
--   22:00 of the factory, and never beyond its end, also when the clocks change: with the three shifts of a
--   day, 24 hours.
-- kind: exact
-- uses: machine_shifts
SELECT begun.*, f.timezone, local.begins AS begins_there
FROM (
    SELECT line_id / 100 AS factory_id, shift_id, begins, max(last) AS last, sum(messages) AS messages,
           min(first_scada_id) AS first_scada_id
    FROM machine_shifts
    GROUP BY 1, 2, 3
) AS begun
LEFT JOIN master.factories AS f USING (factory_id)
CROSS JOIN LATERAL (SELECT begun.begins AT TIME ZONE f.timezone AS begins) AS local
WHERE f.factory_id IS NULL
    OR local.begins::time <> time '06:00' + (begun.shift_id - 1) * interval '8 hours'
    OR begun.last > (local.begins + interval '8 hours') AT TIME ZONE f.timezone;
