-- check: The material cost of a closed order is that of its issues less its returns; its labour cost is the
--   sum of its time entries.
-- kind: exact
SELECT o.work_order_id, o.material_cost, m.cost AS movements, o.labor_cost, l.cost AS entries
FROM mes.work_orders AS o
LEFT JOIN (
    SELECT work_order_id,
           sum(CASE transaction_type WHEN 'issue' THEN total_cost WHEN 'return' THEN -total_cost ELSE 0 END) AS cost
    FROM mes.material_transactions
    GROUP BY work_order_id
) AS m USING (work_order_id)
LEFT JOIN (
    SELECT work_order_id, sum(labor_cost) AS cost
    FROM mes.labor_time_entries
    GROUP BY work_order_id
) AS l USING (work_order_id)
WHERE o.closed_at >= :from AND o.closed_at < :to
    AND (o.material_cost <> coalesce(m.cost, 0) OR o.labor_cost <> coalesce(l.cost, 0));
