-- OEE
-- Overall equipment effectiveness (ISO 22400) of the whole plant: what was made well, against what the busy time allowed.
SELECT round((100 * sum(ideal_cycle_time_seconds * (actual_quantity - rejected_quantity))
              / nullif(sum(planned_busy_seconds), 0))::numeric, 1) AS oee
FROM operations.production_runs
WHERE status = 'completed'
  AND run_start_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
