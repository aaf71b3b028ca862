-- Faults by severity
-- Fault episodes that began in the time shown, and the share that sensors announced.
SELECT fault_severity AS severity, count(*) AS faults,
       round(100.0 * count(*) FILTER (WHERE predicted_in_advance) / count(*), 1) AS announced_percent
FROM operations.machine_faults
WHERE fault_start_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY fault_severity
ORDER BY array_position(ARRAY['warning', 'minor', 'major', 'critical'], fault_severity)
