-- check: Nobody is at work on a day of leave, other than half a day; a rostered day of leave says so, and
--   which request it belongs to.
-- kind: exact
SELECT a.attendance_record_id, a.employee_id, a.attendance_date, a.attendance_status, l.leave_request_id
FROM hr.attendance_records AS a
JOIN hr.leave_requests AS l
    ON l.employee_id = a.employee_id AND a.attendance_date BETWEEN l.start_date AND l.end_date
WHERE a.created_at >= :from AND a.created_at < :to
    AND l.request_status IN ('approved', 'taken') AND l.half_day_session IS NULL
    AND (a.attendance_status <> 'on_leave' OR a.leave_request_id <> l.leave_request_id);
