-- Latest of the late orders
-- The hours by which each ended, or is, past its planned end.
SELECT o.work_order_number AS "order", p.product_name AS product, l.line_code AS line, o.status,
       o.planned_end_time AS planned_end,
       round((extract(epoch FROM coalesce(o.actual_end_time, now.at) - o.planned_end_time) / 3600)::numeric, 1)
           AS hours_late
FROM mes.work_orders AS o
JOIN master.products AS p USING (product_id)
JOIN master.production_lines AS l ON l.line_id = o.line_id
CROSS JOIN (SELECT max(run_start_time) AS at FROM operations.production_runs) AS now
WHERE coalesce(o.actual_end_time, now.at) > o.planned_end_time
  AND o.planned_end_time > now.at - interval '$days days'
ORDER BY hours_late DESC LIMIT 10
