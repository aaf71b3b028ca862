-- check: The downtime intervals of a machine do not overlap.
-- kind: exact
SELECT later.*
FROM (
    SELECT machine_id, downtime_id, downtime_category, downtime_start, downtime_end,
           max(coalesce(downtime_end, 'infinity')) OVER (
               PARTITION BY machine_id ORDER BY downtime_start
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS down_until
    FROM mes.downtime_events
    WHERE downtime_start < :to
) AS later
WHERE later.downtime_start >= :from
    AND later.down_until > later.downtime_start;
