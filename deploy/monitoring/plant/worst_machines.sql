-- Machines that break most
-- Breakdowns and major stops, with the hours they cost.
SELECT m.machine_code AS machine, m.machine_type AS type, count(*) AS stops,
       round(sum(d.duration_seconds) / 3600.0, 1) AS hours, sum(d.production_loss_units) AS parts_lost
FROM mes.downtime_events AS d
JOIN master.machines AS m USING (machine_id)
WHERE d.downtime_category IN ('breakdown', 'major_stop')
  AND d.downtime_start > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY m.machine_code, m.machine_type ORDER BY hours DESC NULLS LAST LIMIT 10
