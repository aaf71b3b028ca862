-- check: People are sick or stay away on 1.3 to 3.0 % of the days on which they are to work.
-- kind: statistic
SELECT sum((attendance_status IN ('sick', 'unexcused'))::integer)::numeric / count(*) AS value, 0.013 AS low, 0.030 AS high,
       count(*) AS n,
       -- A spell lasts about two and a half days: 3.3 standard errors of a share of 0.02 make a sixth of it.
       ceil((3.3 / (0.02 / 6)) ^ 2 * 0.02 * 2.5 / 4) AS n_needed
FROM hr.attendance_records
WHERE attendance_status <> 'on_leave' AND NOT is_call_in AND created_at >= :from AND created_at < :to;
