-- check: A slot of the schedule is planned within its shift, factory-local, and produces what it says.
-- kind: exact
SELECT s.schedule_id, s.line_id, s.schedule_date, s.shift_code, s.planned_start_time, s.planned_end_time
FROM mes.production_schedules AS s
JOIN master.factories AS f USING (factory_id)
CROSS JOIN LATERAL (
    SELECT (s.schedule_date + time '06:00' + (strpos('ELN', s.shift_code) - 1) * interval '8 hours')
               AT TIME ZONE f.timezone AS begins,
           (s.schedule_date + time '06:00' + strpos('ELN', s.shift_code) * interval '8 hours')
               AT TIME ZONE f.timezone AS ends
) AS shift
WHERE s.schedule_date >= :from AND s.schedule_date < :to
    AND (s.planned_start_time < shift.begins OR s.planned_end_time > shift.ends
        OR s.actual_start_time < shift.begins OR s.actual_end_time > shift.ends);
