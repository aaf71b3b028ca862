-- check: Pay is to the cent what the hours of the attendance records and the rate of the employment history
--   make: regular hours, and overtime at one and a half.
-- kind: exact
SELECT p.payroll_result_id, p.employee_id, p.pay_period_end, p.gross_pay, a.regular_hours, a.overtime_hours,
       h.new_hourly_rate
FROM hr.payroll_results AS p
LEFT JOIN LATERAL (
    SELECT coalesce(sum(regular_hours), 0) AS regular_hours, coalesce(sum(overtime_hours), 0) AS overtime_hours,
           coalesce(sum(regular_hours) FILTER (WHERE attendance_status <> 'present'), 0) AS absence_hours
    FROM hr.attendance_records
    WHERE employee_id = p.employee_id AND attendance_date BETWEEN p.pay_period_start AND p.pay_period_end
) AS a ON true
LEFT JOIN LATERAL (
    SELECT new_hourly_rate
    FROM hr.employee_employment_history
    WHERE employee_id = p.employee_id AND effective_date <= p.pay_period_start
    ORDER BY change_sequence DESC
    LIMIT 1
) AS h ON true
WHERE p.updated_at >= :from AND p.created_at < :to
    AND (p.gross_pay <> round(a.regular_hours * h.new_hourly_rate, 2)
            + round(a.overtime_hours * h.new_hourly_rate * 1.5, 2)
        OR p.paid_absence_hours <> a.absence_hours
        OR h.new_hourly_rate IS NULL);
