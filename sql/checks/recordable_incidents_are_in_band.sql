-- check: Recordable incidents (medical treatment, restricted work, lost time) are 2.5 to 3.5 in 200,000 hours
--   worked.
-- kind: statistic
-- values: at least 0
-- rare: 500 people have four recordable incidents in 90 days
SELECT 200000.0 * r.n / nullif(h.worked, 0) AS value, 2.5 AS low, 3.5 AS high, r.n AS n, 50 AS n_needed,
       200000.0 * sqrt(r.n) / nullif(h.worked, 0) AS error
FROM (
    SELECT count(*) AS n
    FROM hr.safety_incidents
    WHERE severity IN ('medical_treatment', 'restricted_work', 'lost_time')
        AND incident_time >= :from AND incident_time < :to
) AS r
CROSS JOIN (
    SELECT sum(regular_hours + overtime_hours) AS worked
    FROM hr.attendance_records
    WHERE attendance_status = 'present' AND clock_in_time >= :from AND clock_in_time < :to
) AS h;
