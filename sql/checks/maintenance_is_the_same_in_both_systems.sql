-- check: What technicians do at machines is on record in operations and in maintenance alike: the times, the fault,
--   the person, and the money once the order is closed.
-- kind: exact
SELECT e.maintenance_id, w.work_order_number, e.actual_start, w.actual_start_date, e.actual_end, w.actual_end_date,
       e.related_fault_id, w.machine_fault_id, e.technician_id, t.employee_id, e.total_cost_usd, w.actual_labor_cost,
       w.actual_parts_cost
FROM operations.maintenance_events AS e
LEFT JOIN cmms.work_orders AS w ON w.maintenance_event_id = e.maintenance_id
LEFT JOIN cmms.maintenance_technicians AS t ON t.technician_id = w.assigned_to
WHERE e.maintenance_type NOT IN ('operator_check', 'tool_change', 'electrode_change')
    AND e.created_at >= :from AND e.updated_at < :to AND w.updated_at < :to
    AND (w.maintenance_work_order_id IS NULL
        OR e.actual_start IS DISTINCT FROM w.actual_start_date
        OR e.actual_end IS DISTINCT FROM w.actual_end_date
        OR e.related_fault_id IS DISTINCT FROM w.machine_fault_id
        OR e.technician_id <> t.employee_id
        OR e.total_cost_usd <> w.actual_labor_cost + w.actual_parts_cost);
