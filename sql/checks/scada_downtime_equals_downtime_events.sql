-- check: The downtime that a controller has counted at its last message of a shift is the time of the
--   machine's breakdowns, major stops and repairs since the shift began, to the second. A repair that goes on in
--   a shift nobody works is no downtime there.
-- kind: exact
WITH counted AS (
    SELECT machine_id, at - elapsed AS begun, max(at) AS seen, max(downtime) AS seconds
    FROM (
        SELECT machine_id, downtime_seconds_shift AS downtime, planned_stop_seconds_shift AS planned,
               date_part('epoch', "timestamp" AT TIME ZONE 'UTC') AS at,
               uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
                   + idle_seconds_shift + planned_stop_seconds_shift AS elapsed
        FROM operations.scada_machine_data
        WHERE "timestamp" >= :from AND "timestamp" < :to
    ) AS messages
    GROUP BY machine_id, at - elapsed
    HAVING max(elapsed) > max(planned)
), stopped AS (
    SELECT machine_id, date_part('epoch', downtime_start) AS starts,
           coalesce(date_part('epoch', downtime_end), 'infinity') AS ends
    FROM mes.downtime_events
    WHERE downtime_category IN ('breakdown', 'major_stop', 'planned_repair')
        AND downtime_start < :to AND (downtime_end IS NULL OR downtime_end >= :from - interval '1 day')
), summed AS (
    SELECT c.machine_id, c.begun, c.seen, c.seconds,
           coalesce(sum(least(s.ends, c.seen) - greatest(s.starts, c.begun))
               FILTER (WHERE s.machine_id IS NOT NULL), 0) AS of_events
    FROM counted AS c
    LEFT JOIN stopped AS s ON s.machine_id = c.machine_id AND s.starts < c.seen AND s.ends > c.begun
    GROUP BY c.machine_id, c.begun, c.seen, c.seconds
)
SELECT machine_id, to_timestamp(begun) AS shift_start, to_timestamp(seen) AS message, seconds, of_events
FROM summed
WHERE abs(seconds - of_events) > 1 AND to_timestamp(begun) >= :from;
