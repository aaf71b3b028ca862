-- check: The time entries of an operator do not overlap.
-- kind: exact
SELECT later.*
FROM (
    SELECT employee_id, labor_entry_id, start_time, end_time,
           max(end_time) OVER (
               PARTITION BY employee_id ORDER BY start_time, labor_entry_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM mes.labor_time_entries
    WHERE start_time < :to
) AS later
WHERE later.start_time >= :from
    AND later.busy_until > later.start_time;
