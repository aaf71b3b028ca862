-- check: Receipts of a closed order equal its good parts, and carry its product and lot.
-- kind: exact
SELECT o.work_order_id, o.good_quantity, r.received, r.others
FROM mes.work_orders AS o
LEFT JOIN (
    SELECT t.work_order_id, sum(t.quantity) AS received,
           count(*) FILTER (WHERE t.product_id <> w.product_id OR t.lot_number <> w.lot_number) AS others
    FROM mes.material_transactions AS t
    JOIN mes.work_orders AS w USING (work_order_id)
    WHERE t.transaction_type = 'receipt'
    GROUP BY t.work_order_id
) AS r USING (work_order_id)
WHERE o.closed_at >= :from AND o.closed_at < :to
    AND (coalesce(r.received, 0) <> o.good_quantity OR r.others > 0);
