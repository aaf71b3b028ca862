-- check: A breakdown is repaired in order: the fault, the downtime, the request, the first technician, the last
--   one, the end of the downtime; a stop that is adjusted likewise.
-- kind: exact
SELECT w.work_order_number, f.fault_start_time, d.downtime_start, w.requested_date, w.actual_start_date, l.begun,
       l.ended, w.actual_end_date, d.downtime_end
FROM cmms.work_orders AS w
JOIN operations.machine_faults AS f ON f.fault_id = w.machine_fault_id
JOIN mes.downtime_events AS d ON d.machine_fault_id = f.fault_id
LEFT JOIN (
    SELECT maintenance_work_order_id, min(start_time) AS begun, max(end_time) AS ended
    FROM cmms.labor_time_entries
    GROUP BY maintenance_work_order_id
) AS l USING (maintenance_work_order_id)
WHERE w.source_type = 'machine_fault' AND w.requested_date >= :from AND w.actual_end_date < :to
    AND NOT (f.fault_start_time <= d.downtime_start AND d.downtime_start <= w.requested_date
        AND w.requested_date <= w.actual_start_date
        AND w.actual_start_date <= coalesce(l.begun, w.actual_start_date)
        AND coalesce(l.ended, w.actual_end_date) <= w.actual_end_date AND w.actual_end_date <= d.downtime_end);
