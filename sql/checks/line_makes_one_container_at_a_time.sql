-- check: The production runs of a line do not overlap.
-- kind: exact
SELECT later.*
FROM (
    SELECT line_id, run_id, run_start_time, run_end_time,
           max(coalesce(run_end_time, 'infinity')) OVER (
               PARTITION BY line_id ORDER BY run_start_time, run_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM operations.production_runs
    WHERE run_start_time < :to
) AS later
WHERE later.run_start_time >= :from
    AND later.busy_until > later.run_start_time;
