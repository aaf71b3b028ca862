-- check: Hires and exits agree: of the personnel master, the employment history, the seats that are filled,
--   and the exits on record.
-- kind: exact
SELECT 'hire' AS what, e.employee_id, e.hire_date AS in_master, h.effective_date AS in_hr
FROM master.employees AS e
FULL JOIN (SELECT * FROM hr.employee_employment_history WHERE change_type = 'hire') AS h USING (employee_id)
WHERE e.hire_date IS DISTINCT FROM h.effective_date
    AND (e.created_at IS NULL OR e.created_at < :to - interval '2 hours')
UNION ALL
SELECT 'exit', e.employee_id, e.leave_date, h.effective_date - 1
FROM master.employees AS e
LEFT JOIN hr.employee_employment_history AS h
    ON h.employee_id = e.employee_id AND h.change_type = 'termination' AND h.effective_date + interval '1 day' < :to
WHERE e.leave_date IS DISTINCT FROM h.effective_date - 1 AND coalesce(e.leave_date + interval '2 days', :from) < :to
UNION ALL
SELECT 'seat', e.employee_id, e.hire_date, p.vacant_since
FROM master.employees AS e
LEFT JOIN hr.positions AS p USING (employee_id)
WHERE (p.position_id IS NOT NULL) <> (e.leave_date IS NULL)
    AND e.hire_date + interval '1 day' < :to AND coalesce(e.leave_date + interval '2 days', :from) < :to
    -- The seat is free in the morning after the last day, the master knows in the afternoon.
    AND NOT EXISTS (
        SELECT
        FROM hr.offboarding_records AS o
        WHERE o.employee_id = e.employee_id AND o.last_working_date + interval '2 days' >= :to
            AND o.last_working_date < :to)
UNION ALL
SELECT 'exit on record', e.employee_id, e.leave_date, o.last_working_date
FROM master.employees AS e
LEFT JOIN hr.offboarding_records AS o USING (employee_id)
WHERE e.leave_date IS NOT NULL AND e.leave_date IS DISTINCT FROM o.last_working_date;
