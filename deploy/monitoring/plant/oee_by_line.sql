-- OEE by line
-- Availability, performance and quality multiply to OEE.
SELECT l.line_code AS line,
       round((100.0 * sum(r.production_seconds) / nullif(sum(r.planned_busy_seconds), 0))::numeric, 1) AS availability,
       round((100 * sum(r.ideal_cycle_time_seconds * r.actual_quantity)
              / nullif(sum(r.production_seconds), 0))::numeric, 1) AS performance,
       round(100.0 * sum(r.actual_quantity - r.rejected_quantity) / nullif(sum(r.actual_quantity), 0), 1) AS quality,
       round((100 * sum(r.ideal_cycle_time_seconds * (r.actual_quantity - r.rejected_quantity))
              / nullif(sum(r.planned_busy_seconds), 0))::numeric, 1) AS oee
FROM operations.production_runs AS r
JOIN master.production_lines AS l USING (line_id)
WHERE r.status = 'completed'
  AND r.run_start_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY l.line_code ORDER BY l.line_code
