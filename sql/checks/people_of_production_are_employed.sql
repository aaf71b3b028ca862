-- check: Whoever the execution system names as acting is employed then: on record, hired, and not gone for more
--   than a day, as days are local.
-- kind: exact
WITH acts AS (
    SELECT 'mes.work_orders.created_by' AS what, created_by AS employee_id,
           min(created_at) AS first, max(created_at) AS last
    FROM mes.work_orders
    WHERE updated_at >= :from AND created_at < :to
    GROUP BY created_by
    UNION ALL
    SELECT 'mes.production_schedules.planner_id', planner_id, min(frozen_at), max(frozen_at)
    FROM mes.production_schedules
    WHERE updated_at >= :from AND frozen_at < :to
    GROUP BY planner_id
    UNION ALL
    SELECT 'mes.work_order_status_history.changed_by', changed_by, min(changed_at), max(changed_at)
    FROM mes.work_order_status_history
    WHERE changed_at >= :from AND changed_at < :to
    GROUP BY changed_by
    UNION ALL
    SELECT 'mes.electronic_batch_records.prepared_by', prepared_by, min(prepared_at), max(prepared_at)
    FROM mes.electronic_batch_records
    WHERE updated_at >= :from AND prepared_at < :to
    GROUP BY prepared_by
    UNION ALL
    SELECT 'mes.electronic_batch_records.reviewed_by', reviewed_by, min(reviewed_at), max(reviewed_at)
    FROM mes.electronic_batch_records
    WHERE updated_at >= :from AND reviewed_at < :to
    GROUP BY reviewed_by
    UNION ALL
    SELECT 'mes.electronic_batch_records.approved_by', approved_by, min(approved_at), max(approved_at)
    FROM mes.electronic_batch_records
    WHERE updated_at >= :from AND approved_at < :to
    GROUP BY approved_by
    UNION ALL
    SELECT 'mes.material_transactions.performed_by', performed_by, min(transaction_time), max(transaction_time)
    FROM mes.material_transactions
    WHERE transaction_time >= :from AND transaction_time < :to
    GROUP BY performed_by
    UNION ALL
    SELECT 'mes.quality_inspections.inspector_id', inspector_id, min(inspection_time), max(inspection_time)
    FROM mes.quality_inspections
    WHERE inspection_time >= :from AND inspection_time < :to
    GROUP BY inspector_id
    UNION ALL
    SELECT 'mes.labor_time_entries.employee_id', employee_id, min(start_time), max(start_time)
    FROM mes.labor_time_entries
    WHERE start_time >= :from AND start_time < :to
    GROUP BY employee_id
    UNION ALL
    SELECT 'mes.downtime_events.reported_by', reported_by, min(downtime_start), max(downtime_start)
    FROM mes.downtime_events
    WHERE updated_at >= :from AND downtime_start < :to
    GROUP BY reported_by
), spans AS (
    SELECT what, employee_id, (first AT TIME ZONE 'UTC')::date AS first, (last AT TIME ZONE 'UTC')::date AS last
    FROM acts
)
SELECT s.what, s.employee_id, s.first, s.last, e.hire_date, e.leave_date
FROM spans AS s
JOIN master.employees AS e USING (employee_id)
WHERE s.first < greatest((e.created_at AT TIME ZONE 'UTC')::date, e.hire_date - 1) OR s.last > e.leave_date + 1;
