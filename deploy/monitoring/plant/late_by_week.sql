-- Orders by week
-- Production orders by the week of their planned end: on time, and late.
SELECT to_char(date_trunc('week', o.planned_end_time), 'YYYY-MM-DD') AS week,
       count(*) FILTER (WHERE coalesce(o.actual_end_time, now.at) <= o.planned_end_time) AS on_time,
       count(*) FILTER (WHERE coalesce(o.actual_end_time, now.at) > o.planned_end_time) AS late
FROM mes.work_orders AS o
CROSS JOIN (SELECT max(run_start_time) AS at FROM operations.production_runs) AS now
WHERE o.planned_end_time <= now.at AND o.planned_end_time > now.at - interval '$days days'
GROUP BY 1 ORDER BY 1
