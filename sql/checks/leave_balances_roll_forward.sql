-- check: Leave accounts say what the requests of their year say; what is left of the vacation goes into the
--   next year, as far as the rules let it.
-- kind: exact
SELECT b.employee_id, b.leave_type_id, b.leave_year, 'requests' AS problem, b.used_days + b.pending_days AS on_account,
       l.days AS expected
FROM hr.employee_leave_balances AS b
LEFT JOIN LATERAL (
    SELECT coalesce(sum(total_days) FILTER (
               WHERE request_status IN ('approved', 'taken')
                   OR (request_status = 'submitted' AND accrual_frequency IS NOT NULL)), 0) AS days,
           coalesce(sum(total_days) FILTER (WHERE request_status = 'taken'), 0) AS taken
    FROM hr.leave_requests
    JOIN hr.leave_types USING (leave_type_id)
    WHERE employee_id = b.employee_id AND leave_type_id = b.leave_type_id
        AND extract(year FROM start_date) = b.leave_year
) AS l ON true
WHERE b.updated_at < :to AND (b.used_days + b.pending_days <> l.days OR b.used_days <> l.taken)
UNION ALL
SELECT after.employee_id, after.leave_type_id, after.leave_year, 'carried', after.opening_balance_days,
       greatest(0, least(before.available_balance_days, t.max_carry_forward_days))
FROM hr.employee_leave_balances AS after
JOIN hr.employee_leave_balances AS before
    ON before.employee_id = after.employee_id AND before.leave_type_id = after.leave_type_id
    AND before.leave_year = after.leave_year - 1
JOIN hr.leave_types AS t ON t.leave_type_id = after.leave_type_id
WHERE t.max_carry_forward_days > 0 AND after.updated_at < :to
    AND after.opening_balance_days <> greatest(0, least(before.available_balance_days, t.max_carry_forward_days));
