-- check: Between 88 and 95 % of the preventive orders are done by the day on which they must be.
-- kind: statistic
SELECT avg(coalesce((p.done <= w.due_date)::integer, 0)) AS value, 0.88 AS low, 0.95 AS high, count(*) AS n,
       -- 3.3 standard errors of a share make half the band.
       ceil((3.3 / 0.035) ^ 2 * 0.915 * 0.085) AS n_needed
FROM cmms.work_orders AS w
LEFT JOIN (
    SELECT maintenance_work_order_id, max(production_date) AS done
    FROM cmms.labor_time_entries
    GROUP BY maintenance_work_order_id
) AS p ON p.maintenance_work_order_id = w.maintenance_work_order_id AND w.actual_end_date IS NOT NULL
WHERE w.wo_type = 'preventive' AND w.requested_date >= :from
    AND w.due_date < (:to AT TIME ZONE 'UTC')::date - 1;
