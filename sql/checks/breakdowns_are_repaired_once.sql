-- check: A breakdown that has ended was repaired by one corrective maintenance event, called for no earlier
--   than the fault, begun within it and ended with it; no other fault has one twice.
-- kind: exact
SELECT f.fault_id, f.fault_severity, f.fault_start_time, f.fault_end_time, m.repairs, m.begun, m.ended
FROM operations.machine_faults AS f
LEFT JOIN (
    SELECT related_fault_id, count(*) AS repairs, min(created_at) AS called, min(actual_start) AS begun,
           max(actual_end) AS ended
    FROM operations.maintenance_events
    WHERE maintenance_type = 'corrective' AND related_fault_id IS NOT NULL
    GROUP BY related_fault_id
) AS m ON m.related_fault_id = f.fault_id
WHERE f.fault_severity IN ('major', 'critical')
    AND f.fault_end_time >= :from AND f.fault_end_time < :to AND f.fault_start_time >= :from
    AND ((f.fault_severity = 'critical' AND m.repairs IS DISTINCT FROM 1)
        OR m.repairs > 1
        OR m.called < f.fault_start_time
        OR m.begun < f.fault_start_time
        OR m.ended > f.fault_end_time);
