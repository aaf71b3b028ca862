-- check: The time entries of a technician do not overlap; regular ones of a production day are of one shift.
-- kind: exact
SELECT technician_id, labor_entry_id, start_time, end_time, 'overlaps the entry before' AS offence
FROM (
    SELECT technician_id, labor_entry_id, start_time, end_time,
           max(end_time) OVER (PARTITION BY technician_id ORDER BY start_time, end_time
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM cmms.labor_time_entries
    WHERE end_time >= :from AND end_time < :to
) AS entry
WHERE before > start_time
UNION ALL
SELECT technician_id, min(labor_entry_id), min(start_time), max(end_time), 'two shifts in a day'
FROM cmms.labor_time_entries
WHERE labor_type = 'regular' AND end_time >= :from AND end_time < :to
GROUP BY technician_id, production_date
HAVING count(DISTINCT shift_code) > 1;
