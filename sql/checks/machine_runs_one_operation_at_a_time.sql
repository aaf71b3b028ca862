-- check: A machine works on one operation at a time.
-- kind: exact
SELECT later.*
FROM (
    SELECT machine_id, operation_id, actual_start_time, actual_end_time,
           max(coalesce(actual_end_time, 'infinity')) OVER (
               PARTITION BY machine_id ORDER BY actual_start_time, operation_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM mes.operations
    WHERE actual_start_time < :to
) AS later
WHERE later.actual_start_time >= :from
    AND later.busy_until > later.actual_start_time;
