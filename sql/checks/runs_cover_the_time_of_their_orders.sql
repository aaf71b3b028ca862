-- check: The runs of an order account for its time. What lies in a shift in which it finished no part belongs to
--   no run; few orders have such time, at most 5 %.
-- kind: statistic
WITH compared AS (
    SELECT o.setup_seconds + o.run_seconds + o.minor_stop_seconds + o.downtime_seconds
               <> r.changeover + r.production + r.downtime AS differs
    FROM mes.work_orders AS o
    JOIN (
        SELECT work_order_id, sum(changeover_seconds) AS changeover, sum(production_seconds) AS production,
               sum(downtime_seconds) AS downtime
        FROM operations.production_runs
        WHERE run_start_time < :to
        GROUP BY work_order_id
    ) AS r USING (work_order_id)
    WHERE o.actual_end_time >= :from AND o.actual_end_time < :to
)
SELECT 'orders with time outside their runs' AS what, avg(differs::integer) AS value, 0 AS low, 0.05 AS high,
       count(*) AS n, 50 AS n_needed
FROM compared;
