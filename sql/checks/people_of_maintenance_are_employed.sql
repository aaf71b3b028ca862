-- check: Whoever maintenance names as acting is employed then: on record, hired, and not gone for more than a day,
--   as days are local.
-- kind: exact
WITH acts AS (
    SELECT 'cmms.work_orders.created_by' AS what, created_by AS employee_id,
           min(created_at) AS first, max(created_at) AS last
    FROM cmms.work_orders
    WHERE created_at >= :from AND created_at < :to
    GROUP BY created_by
    UNION ALL
    SELECT 'cmms.work_orders.verified_by', verified_by, min(closed_at), max(closed_at)
    FROM cmms.work_orders
    WHERE updated_at >= :from AND closed_at < :to
    GROUP BY verified_by
    UNION ALL
    SELECT 'cmms.mro_parts_transactions.performed_by', performed_by, min(transaction_date), max(transaction_date)
    FROM cmms.mro_parts_transactions
    WHERE transaction_date >= :from AND transaction_date < :to
    GROUP BY performed_by
    UNION ALL
    SELECT 'cmms.condition_monitoring_alerts.acknowledged_by', acknowledged_by,
           min(acknowledged_at), max(acknowledged_at)
    FROM cmms.condition_monitoring_alerts
    WHERE updated_at >= :from AND acknowledged_at < :to
    GROUP BY acknowledged_by
    UNION ALL
    SELECT 'cmms.work_orders.assigned_to', t.employee_id, min(o.actual_start_date), max(o.actual_start_date)
    FROM cmms.work_orders AS o
    JOIN cmms.maintenance_technicians AS t ON t.technician_id = o.assigned_to
    WHERE o.updated_at >= :from AND o.actual_start_date < :to
    GROUP BY t.employee_id
    UNION ALL
    SELECT 'cmms.labor_time_entries.technician_id', t.employee_id, min(l.start_time), max(l.start_time)
    FROM cmms.labor_time_entries AS l
    JOIN cmms.maintenance_technicians AS t USING (technician_id)
    WHERE l.start_time >= :from AND l.start_time < :to
    GROUP BY t.employee_id
    UNION ALL
    SELECT 'cmms.work_order_tasks.completed_by', t.employee_id, min(k.completed_at), max(k.completed_at)
    FROM cmms.work_order_tasks AS k
    JOIN cmms.maintenance_technicians AS t ON t.technician_id = k.completed_by
    WHERE k.updated_at >= :from AND k.completed_at < :to
    GROUP BY t.employee_id
    UNION ALL
    SELECT 'cmms.equipment_meter_readings.recorded_by', t.employee_id, min(m.reading_date), max(m.reading_date)
    FROM cmms.equipment_meter_readings AS m
    JOIN cmms.maintenance_technicians AS t ON t.technician_id = m.recorded_by
    WHERE m.reading_date >= :from AND m.reading_date < :to
    GROUP BY t.employee_id
    UNION ALL
    SELECT 'cmms.service_call_logs.called_by', t.employee_id, min(c.call_date), max(c.call_date)
    FROM cmms.service_call_logs AS c
    JOIN cmms.maintenance_technicians AS t ON t.technician_id = c.called_by
    WHERE c.updated_at >= :from AND c.call_date < :to
    GROUP BY t.employee_id
    UNION ALL
    SELECT 'cmms.failure_reports.technician_id', t.employee_id, min(f.created_at), max(f.created_at)
    FROM cmms.failure_reports AS f
    JOIN cmms.maintenance_technicians AS t USING (technician_id)
    WHERE f.created_at >= :from AND f.created_at < :to
    GROUP BY t.employee_id
), spans AS (
    SELECT what, employee_id, (first AT TIME ZONE 'UTC')::date AS first, (last AT TIME ZONE 'UTC')::date AS last
    FROM acts
)
SELECT s.what, s.employee_id, s.first, s.last, e.hire_date, e.leave_date
FROM spans AS s
JOIN master.employees AS e USING (employee_id)
WHERE s.first < greatest((e.created_at AT TIME ZONE 'UTC')::date, e.hire_date - 1) OR s.last > e.leave_date + 1;
