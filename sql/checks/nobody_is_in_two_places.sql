-- check: Nobody books time on two production orders, or on one and a training session, at once.
-- kind: exact
WITH busy AS (
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
SELECT later.*
FROM (
    SELECT busy.*, max(end_time) OVER (
               PARTITION BY employee_id ORDER BY start_time, key
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM busy
) AS later
WHERE later.busy_until > later.start_time;
