-- check: People are sick or stay away on 1.3 to 3.0 % of the days on which they are to work.
-- kind: statistic
-- values: 0 to 1
-- rare: spells come in bad weeks of a factory; a quarter of a year of a few factories says little
--
-- An entity is a week of a factory: what goes round there keeps many at home at once.
WITH weeks AS (
    SELECT s.factory_id, date_trunc('week', a.attendance_date) AS week, count(*) AS whole,
           count(*) FILTER (WHERE a.attendance_status IN ('sick', 'unexcused')) AS part
    FROM hr.attendance_records AS a
    JOIN hr.shift_schedules AS s USING (shift_schedule_id)
    WHERE a.attendance_status <> 'on_leave' AND NOT a.is_call_in AND a.created_at >= :from AND a.created_at < :to
    GROUP BY s.factory_id, week
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM weeks
)
SELECT e.value, 0.013 AS low, 0.030 AS high, e.n, 50 AS n_needed,
       sqrt(sum((w.part - e.value * w.whole) ^ 2)) / e.whole AS error
FROM every AS e
CROSS JOIN weeks AS w
GROUP BY e.value, e.whole, e.n;
