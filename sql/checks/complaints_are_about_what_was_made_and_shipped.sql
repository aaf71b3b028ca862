-- check: A complaint that names a lot is about the product of the order that made it, whose first parts were done
--   before the complaint, and about no more parts than it made.
-- kind: exact
SELECT c.complaint_number, c.lot_id, c.product_id, o.product_id AS product_made, c.complaint_date, o.actual_start_time,
       c.quantity_affected, o.produced_quantity
FROM qms.customer_complaints AS c
LEFT JOIN mes.work_orders AS o ON o.work_order_id = c.lot_id
WHERE c.complaint_date >= :from AND c.complaint_date < :to AND c.lot_id IS NOT NULL
    AND (o.work_order_id IS NULL OR o.product_id <> c.product_id OR o.actual_start_time IS NULL
        OR o.actual_start_time >= c.complaint_date OR c.quantity_affected > o.produced_quantity);
