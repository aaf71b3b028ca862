-- check: What a closed order took from stock, issues less returns, is what its good and scrapped parts need
--   by the bill of materials with its scrap allowance, plus the recorded scrap, within one issue unit.
-- kind: exact
WITH moved AS (
    SELECT work_order_id, material_id,
           coalesce(sum(quantity) FILTER (WHERE transaction_type = 'issue'), 0)
               - coalesce(sum(quantity) FILTER (WHERE transaction_type = 'return'), 0) AS used,
           coalesce(sum(quantity) FILTER (WHERE transaction_type = 'scrap'), 0) AS excess
    FROM mes.material_transactions
    WHERE material_id IS NOT NULL
    GROUP BY work_order_id, material_id
), needed AS (
    SELECT o.work_order_id, c.material_id, c.quantity_per, c.scrap_percentage,
           (o.good_quantity + o.scrapped_quantity) * c.quantity_per * (1 + c.scrap_percentage / 100) AS need
    FROM mes.work_orders AS o
    JOIN master.bom_components AS c USING (bom_id)
    WHERE o.closed_at >= :from AND o.closed_at < :to
), orders AS (
    SELECT work_order_id FROM needed GROUP BY work_order_id
)
SELECT coalesce(n.work_order_id, m.work_order_id) AS work_order_id,
       coalesce(n.material_id, m.material_id) AS material_id, n.need, m.used, m.excess
FROM needed AS n
FULL JOIN (SELECT m.* FROM moved AS m JOIN orders USING (work_order_id)) AS m USING (work_order_id, material_id)
WHERE n.need IS NULL
    OR abs(coalesce(m.used, 0) - n.need - coalesce(m.excess, 0)) > 1;
