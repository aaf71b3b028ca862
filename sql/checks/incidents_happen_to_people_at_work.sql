-- check: Whom an incident happens to is at work at the time, and away afterwards for the days lost. They count from the
--   production day of the shift.
-- kind: exact
SELECT i.safety_incident_id, i.employee_id, i.incident_time, i.days_away_from_work
FROM hr.safety_incidents AS i
LEFT JOIN LATERAL (
    SELECT a.attendance_date
    FROM hr.attendance_records AS a
    WHERE a.employee_id = i.employee_id AND a.clock_in_time <= i.incident_time
        AND coalesce(a.clock_out_time, 'infinity') >= i.incident_time
) AS shift ON true
WHERE i.incident_time >= :from AND i.created_at < :to
    AND (shift.attendance_date IS NULL
        OR EXISTS (
            SELECT
            FROM hr.attendance_records AS a
            WHERE a.employee_id = i.employee_id AND a.attendance_status = 'present'
                AND a.attendance_date > shift.attendance_date
                AND a.attendance_date <= shift.attendance_date + i.days_away_from_work));
