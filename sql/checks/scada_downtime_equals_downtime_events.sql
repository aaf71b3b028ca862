-- check: The downtime that a controller has counted at its last message of a shift is the time of the
--   machine's breakdowns, major stops and repairs since the shift began, to the second. A repair that goes on in
--   a shift nobody works is no downtime there.
-- kind: exact
-- uses: machine_shifts
WITH counted AS (
    SELECT machine_id, date_part('epoch', begins) AS begun, date_part('epoch', max(last)) AS seen, max(down) AS seconds
    FROM machine_shifts
    GROUP BY machine_id, begins
    HAVING extract(epoch FROM max(last) - begins) > max(unplanned)
), stopped AS MATERIALIZED (  -- by UTC day, which an event and a shift that meet share
    SELECT machine_id, starts, ends, day
    FROM (
        SELECT machine_id, date_part('epoch', downtime_start) AS starts,
               date_part('epoch', coalesce(downtime_end, :to)) AS ends
        FROM mes.downtime_events
        WHERE downtime_category IN ('breakdown', 'major_stop', 'planned_repair')
            AND downtime_start < :to AND (downtime_end IS NULL OR downtime_end >= :from)
    ) AS events
    CROSS JOIN LATERAL generate_series(floor(starts / 86400)::bigint, floor(ends / 86400)::bigint) AS day
), met AS (
    SELECT c.machine_id, c.begun, sum(least(s.ends, c.seen) - greatest(s.starts, c.begun)) AS seconds
    FROM (
        SELECT *
        FROM counted
        CROSS JOIN LATERAL generate_series(floor(begun / 86400)::bigint, floor(seen / 86400)::bigint) AS day
    ) AS c
    JOIN stopped AS s USING (machine_id, day)
    WHERE s.starts < c.seen AND s.ends > c.begun AND day = floor(greatest(s.starts, c.begun) / 86400)
    GROUP BY c.machine_id, c.begun
), summed AS (
    SELECT c.machine_id, c.begun, c.seen, c.seconds, coalesce(met.seconds, 0) AS of_events
    FROM counted AS c
    LEFT JOIN met USING (machine_id, begun)
)
SELECT machine_id, to_timestamp(begun) AS shift_start, to_timestamp(seen) AS message, seconds, of_events
FROM summed
WHERE abs(seconds - of_events) > 1 AND to_timestamp(begun) >= :from;
