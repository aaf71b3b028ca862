-- check: The six times of a machine's shift add up to the time since the shift began, at 06:00, 14:00 or
--   22:00 of the factory, and never beyond its end, also when the clocks change: with the three shifts of a
--   day, 24 hours.
-- kind: exact
--
-- Instants count from 2000, in a form that the other server can group by.
SELECT begun.*, f.timezone, local.begins
FROM (
    SELECT factory_id, shift_id, date_part('epoch', timestamptz '2000-01-01 00:00+00') + date_part('epoch', begins) AS epoch,
           longest, rows, first_scada_id
    FROM (
        SELECT line_id / 100 AS factory_id, shift_id,
               "timestamp" - timestamptz '2000-01-01 00:00+00' - make_interval(secs => elapsed) AS begins,
               max(elapsed) AS longest, count(*) AS rows, min(scada_id) AS first_scada_id
        FROM (
            SELECT line_id, shift_id, scada_id, "timestamp",
                   uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
                       + idle_seconds_shift + planned_stop_seconds_shift AS elapsed
            FROM operations.scada_machine_data
            WHERE "timestamp" >= :from AND "timestamp" < :to
        ) AS messages
        GROUP BY 1, 2, 3
    ) AS shifts
) AS begun
LEFT JOIN master.factories AS f USING (factory_id)
CROSS JOIN LATERAL (SELECT to_timestamp(begun.epoch) AT TIME ZONE f.timezone AS begins) AS local
WHERE f.factory_id IS NULL
    OR local.begins::time <> time '06:00' + (begun.shift_id - 1) * interval '8 hours'
    OR to_timestamp(begun.epoch + begun.longest) > (local.begins + interval '8 hours') AT TIME ZONE f.timezone;
