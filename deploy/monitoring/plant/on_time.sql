-- Orders on time
-- Completed production orders that ended by their planned end.
SELECT round(100.0 * count(*) FILTER (WHERE actual_end_time <= planned_end_time) / nullif(count(*), 0), 1) AS "on time"
FROM mes.work_orders
WHERE actual_end_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
