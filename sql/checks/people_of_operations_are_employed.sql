-- check: Whoever a run, a fault or a maintenance event names as acting is employed then: on record, hired, and not
--   gone for more than a day, as days are local.
-- kind: exact
WITH acts AS (
    SELECT 'operations.production_runs.operator_id' AS what, operator_id AS employee_id,
           min(run_start_time) AS first, max(run_start_time) AS last
    FROM operations.production_runs
    WHERE updated_at >= :from AND run_start_time < :to
    GROUP BY operator_id
    UNION ALL
    SELECT 'operations.production_runs.supervisor_id', supervisor_id, min(run_start_time), max(run_start_time)
    FROM operations.production_runs
    WHERE updated_at >= :from AND run_start_time < :to
    GROUP BY supervisor_id
    UNION ALL
    SELECT 'operations.machine_faults.resolved_by', resolved_by, min(fault_end_time), max(fault_end_time)
    FROM operations.machine_faults
    WHERE updated_at >= :from AND fault_end_time < :to
    GROUP BY resolved_by
    UNION ALL
    SELECT 'operations.maintenance_events.technician_id', technician_id, min(actual_start), max(actual_start)
    FROM operations.maintenance_events
    WHERE updated_at >= :from AND actual_start < :to
    GROUP BY technician_id
), spans AS (
    SELECT what, employee_id, (first AT TIME ZONE 'UTC')::date AS first, (last AT TIME ZONE 'UTC')::date AS last
    FROM acts
)
SELECT s.what, s.employee_id, s.first, s.last, e.hire_date, e.leave_date
FROM spans AS s
JOIN master.employees AS e USING (employee_id)
WHERE s.first < greatest((e.created_at AT TIME ZONE 'UTC')::date, e.hire_date - 1) OR s.last > e.leave_date + 1;
