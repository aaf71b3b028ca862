-- check: Between 88 and 95 % of the preventive orders are done by the day on which they must be.
-- kind: statistic
-- values: 0 to 1
--
-- What is late in a factory's week has the same cause, nobody free: weeks of factories are the entities.
WITH done AS (
    SELECT maintenance_work_order_id, max(production_date) AS day
    FROM cmms.labor_time_entries
    GROUP BY maintenance_work_order_id
), weeks AS (
    SELECT a.factory_id, date_trunc('week', w.due_date) AS week, count(*) AS whole,
           count(*) FILTER (WHERE w.actual_end_date IS NOT NULL AND d.day <= w.due_date) AS part
    FROM cmms.work_orders AS w
    JOIN cmms.maintenance_assets AS a USING (asset_id)
    LEFT JOIN done AS d USING (maintenance_work_order_id)
    WHERE w.wo_type = 'preventive' AND w.requested_date >= :from
        AND w.due_date < (:to AT TIME ZONE 'UTC')::date - 1
    GROUP BY a.factory_id, week
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM weeks
)
SELECT e.value, 0.88 AS low, 0.95 AS high, e.n, 20 AS n_needed,
       sqrt(sum((w.part - e.value * w.whole) ^ 2)) / e.whole AS error
FROM every AS e
CROSS JOIN weeks AS w
GROUP BY e.value, e.whole, e.n;
