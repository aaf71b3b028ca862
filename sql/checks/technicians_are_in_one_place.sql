-- check: Whoever books time on a maintenance order books none on a production order, and sits in no training
--   session, at the same time.
-- kind: exact
WITH elsewhere AS (
    SELECT employee_id, 'mes.labor_time_entries' AS of_table, labor_entry_id AS key, start_time, end_time
    FROM mes.labor_time_entries
    WHERE end_time >= :from AND start_time < :to
    UNION ALL
    SELECT e.employee_id, 'hr.training_enrollments', e.training_enrollment_id, s.scheduled_start_time,
           s.scheduled_end_time
    FROM hr.training_enrollments AS e
    JOIN hr.training_schedules AS s USING (training_schedule_id)
    WHERE e.enrollment_status = 'attended' AND s.scheduled_end_time >= :from AND s.scheduled_start_time < :to
)
SELECT b.labor_entry_id, t.employee_id, b.start_time, b.end_time, e.of_table, e.key
FROM cmms.labor_time_entries AS b
JOIN cmms.maintenance_technicians AS t USING (technician_id)
JOIN elsewhere AS e ON e.employee_id = t.employee_id AND e.start_time < b.end_time AND e.end_time > b.start_time
WHERE b.start_time >= :from AND b.end_time < :to;
