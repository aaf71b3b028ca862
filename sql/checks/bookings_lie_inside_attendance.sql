-- check: Whoever books time on a production order is clocked in, give or take a quarter of an hour.
-- kind: exact
SELECT b.labor_entry_id, b.employee_id, b.line_id, b.start_time, b.end_time
FROM mes.labor_time_entries AS b
WHERE b.start_time >= :from AND b.end_time < :to
    AND NOT EXISTS (
        SELECT
        FROM hr.attendance_records AS a
        WHERE a.employee_id = b.employee_id AND a.attendance_date BETWEEN b.production_date - 1 AND b.production_date + 1
            AND a.clock_in_time <= b.start_time + interval '15 minutes'
            AND coalesce(a.clock_out_time, 'infinity') >= b.end_time - interval '15 minutes');
