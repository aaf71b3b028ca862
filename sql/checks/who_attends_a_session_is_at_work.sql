-- check: Whoever attends a training session is clocked in from its start to its end, and a certificate is
--   earned in a session that was passed.
-- kind: exact
SELECT e.training_enrollment_id, e.employee_id, s.scheduled_start_time, 'not at work' AS problem
FROM hr.training_enrollments AS e
JOIN hr.training_schedules AS s USING (training_schedule_id)
WHERE e.enrollment_status = 'attended' AND s.scheduled_start_time >= :from AND s.scheduled_end_time < :to
    AND NOT EXISTS (
        SELECT
        FROM hr.attendance_records AS a
        WHERE a.employee_id = e.employee_id AND a.clock_in_time <= s.scheduled_start_time
            AND coalesce(a.clock_out_time, 'infinity') >= s.scheduled_end_time)
UNION ALL
SELECT e.training_enrollment_id, c.employee_id, c.created_at, 'not passed'
FROM hr.employee_certifications AS c
JOIN hr.training_enrollments AS e USING (training_enrollment_id)
WHERE c.created_at >= :from AND c.created_at < :to
    AND (e.passed IS NOT TRUE OR e.employee_id <> c.employee_id);
