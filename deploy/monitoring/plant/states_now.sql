-- Machines now
-- The state that each machine's controller showed last.
SELECT l.line_code AS line, m.machine_code AS machine, s.machine_state AS state, s.active_alarms AS alarms,
       s."timestamp" AS at
FROM (SELECT DISTINCT ON (machine_id) machine_id, machine_state, active_alarms, "timestamp"
      FROM operations.scada_machine_data
      WHERE "timestamp" > (SELECT max(run_start_time) FROM operations.production_runs) - interval '10 minutes'
      ORDER BY machine_id, "timestamp" DESC) AS s
JOIN master.machines AS m USING (machine_id)
JOIN master.production_lines AS l USING (line_id)
ORDER BY l.line_code, m.position
