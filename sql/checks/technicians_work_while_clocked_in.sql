-- check: Whoever books time on a maintenance order is clocked in, give or take a quarter of an hour, on the roster
--   or called from home.
-- kind: exact
SELECT b.labor_entry_id, t.employee_id, b.start_time, b.end_time
FROM cmms.labor_time_entries AS b
JOIN cmms.maintenance_technicians AS t USING (technician_id)
WHERE b.start_time >= :from AND b.end_time < :to
    AND NOT EXISTS (
        SELECT
        FROM hr.attendance_records AS a
        WHERE a.employee_id = t.employee_id AND a.clock_in_time <= b.start_time + interval '15 minutes'
            AND a.clock_in_time > b.start_time - interval '1 day'
            AND coalesce(a.clock_out_time, 'infinity') >= b.end_time - interval '15 minutes');
