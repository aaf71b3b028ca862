-- OEE by day
-- Of the whole plant.
SELECT production_date::text AS day,
       round((100 * sum(ideal_cycle_time_seconds * (actual_quantity - rejected_quantity))
              / nullif(sum(planned_busy_seconds), 0))::numeric, 1) AS oee
FROM operations.production_runs
WHERE status = 'completed'
  AND run_start_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY production_date ORDER BY production_date
