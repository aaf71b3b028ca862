-- check: The seconds of a finished order are those of its runs - setup, running, minor stops, downtime - so
--   that both give the same OEE to the second.
-- kind: exact
SELECT o.work_order_id, o.setup_seconds, r.changeover, o.run_seconds, r.running, o.minor_stop_seconds, r.minor,
       o.downtime_seconds, r.downtime
FROM mes.work_orders AS o
JOIN (
    SELECT work_order_id, sum(changeover_seconds) AS changeover,
           sum(production_seconds - minor_stop_seconds) AS running, sum(minor_stop_seconds) AS minor,
           sum(downtime_seconds) AS downtime
    FROM operations.production_runs
    WHERE run_start_time < :to
    GROUP BY work_order_id
) AS r USING (work_order_id)
WHERE o.actual_end_time >= :from AND o.actual_end_time < :to
    AND (o.setup_seconds, o.run_seconds, o.minor_stop_seconds, o.downtime_seconds)
        IS DISTINCT FROM (r.changeover, r.running, r.minor, r.downtime);
