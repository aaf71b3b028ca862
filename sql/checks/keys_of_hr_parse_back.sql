-- check: Keys of attendance, leave, sessions, certificates, incidents and payslips parse back into entity, date
--   and sequence, and into the readable number that carries the same parts.
-- kind: exact
WITH parsed AS (
    SELECT 'attendance_records' AS of_table, attendance_record_id AS key, employee_id::bigint AS entity,
           attendance_date AS day, created_at, NULL AS number, NULL AS prefix
    FROM hr.attendance_records
    UNION ALL
    SELECT 'leave_requests', leave_request_id, employee_id, (created_at AT TIME ZONE 'UTC')::date, created_at,
           request_number, 'LV-'
    FROM hr.leave_requests
    UNION ALL
    SELECT 'training_schedules', training_schedule_id, factory_id,
           to_date(split_part(session_number, '-', 3), 'YYYYMMDD'), created_at, session_number, 'TRN-F'
    FROM hr.training_schedules
    UNION ALL
    SELECT 'employee_certifications', employee_certification_id, employee_id, issue_date, created_at,
           certification_number, 'CERT-'
    FROM hr.employee_certifications
    UNION ALL
    SELECT 'safety_incidents', safety_incident_id, factory_id,
           to_date(split_part(incident_number, '-', 3), 'YYYYMMDD'), created_at, incident_number, 'INC-F'
    FROM hr.safety_incidents
)
SELECT of_table, key, entity, day, number
FROM parsed
WHERE created_at >= :from AND created_at < :to
    AND (key >> 36 <> entity
        OR (key >> 16) & 1048575 <> day - date '1970-01-01'
        OR number <> prefix || entity || '-' || to_char(day, 'YYYYMMDD') || '-' || lpad((key & 65535)::text, 2, '0'));
