-- check: A major or critical fault of a line at work has one downtime event with the same machine, start and
--   end, and each breakdown or major stop has its fault.
-- kind: exact
SELECT f.fault_id, f.fault_severity, f.fault_start_time, f.fault_end_time, f.downtime_id AS named,
       d.downtime_id, d.downtime_category, d.downtime_start, d.downtime_end
FROM (
    SELECT fault_id, machine_id, fault_severity, fault_start_time, fault_end_time, downtime_id
    FROM operations.machine_faults
    WHERE fault_severity IN ('major', 'critical') AND fault_start_time >= :from AND fault_start_time < :to
) AS f
FULL JOIN (
    SELECT downtime_id, machine_id, downtime_category, downtime_start, downtime_end, machine_fault_id
    FROM mes.downtime_events
    WHERE downtime_category IN ('breakdown', 'major_stop') AND downtime_start >= :from AND downtime_start < :to
) AS d ON d.machine_fault_id = f.fault_id
WHERE (f.downtime_id IS NOT NULL AND d.downtime_id IS NULL)
    OR (d.downtime_id IS NOT NULL
        AND (d.machine_id, d.downtime_id, d.downtime_start)
            IS DISTINCT FROM (f.machine_id, f.downtime_id, f.fault_start_time))
    OR (d.downtime_end < :to AND d.downtime_end IS DISTINCT FROM f.fault_end_time)
    OR (f.fault_end_time < :to AND d.downtime_id IS NOT NULL AND d.downtime_end IS DISTINCT FROM f.fault_end_time)
    OR (d.downtime_category = 'breakdown') <> (f.fault_severity = 'critical');
