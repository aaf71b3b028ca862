-- Late orders
-- Production orders that ended after their planned end, or are past it and not completed.
SELECT count(*) AS "late orders"
FROM mes.work_orders, (SELECT max(run_start_time) AS at FROM operations.production_runs) AS now
WHERE coalesce(actual_end_time, now.at) > planned_end_time
  AND planned_end_time > now.at - interval '$days days'
