-- check: What one change of a career leaves - seat, role, rate - is what the next one finds; the last one says
--   who holds the seat.
-- kind: exact
SELECT h.*
FROM (
    SELECT employee_id, change_sequence, effective_date, previous_position_id, previous_job_role_id,
           previous_hourly_rate, lag(new_position_id) OVER one AS position_id,
           lag(new_job_role_id) OVER one AS job_role_id, lag(new_hourly_rate) OVER one AS hourly_rate,
           lag(effective_date) OVER one AS before, row_number() OVER one AS place
    FROM hr.employee_employment_history
    WHERE created_at < :to
    WINDOW one AS (PARTITION BY employee_id ORDER BY change_sequence)
) AS h
WHERE h.place <> h.change_sequence OR h.effective_date <= h.before
    OR h.previous_position_id IS DISTINCT FROM h.position_id
    OR h.previous_job_role_id IS DISTINCT FROM h.job_role_id
    OR h.previous_hourly_rate IS DISTINCT FROM h.hourly_rate;
