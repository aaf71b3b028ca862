-- check: Nobody works more than 60 hours from Monday to Sunday, and nobody two shifts at once.
-- kind: exact
SELECT employee_id, date_trunc('week', attendance_date)::date AS week, 'hours' AS problem,
       sum(regular_hours + overtime_hours) AS hours
FROM hr.attendance_records
WHERE attendance_status = 'present' AND created_at >= :from AND created_at < :to
GROUP BY employee_id, week
HAVING sum(regular_hours + overtime_hours) > 60
UNION ALL
SELECT employee_id, attendance_date, 'two shifts', extract(epoch FROM clocked_out - clock_in_time) / 3600
FROM (
    SELECT employee_id, attendance_date, clock_in_time,
           lag(clock_out_time) OVER (PARTITION BY employee_id ORDER BY clock_in_time) AS clocked_out
    FROM hr.attendance_records
    WHERE clock_in_time >= :from AND clock_in_time < :to
) AS a
WHERE clock_in_time < clocked_out;
