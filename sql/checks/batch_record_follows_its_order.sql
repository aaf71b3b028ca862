-- check: The batch record of an order opens when the order starts; its batch size is the order's good parts;
--   a lot is released if its final inspection passed and rejected if it failed.
-- kind: exact
SELECT o.work_order_id, o.actual_start_time, b.opened_at, o.good_quantity, b.batch_size, o.quality_status,
       b.release_status
FROM mes.work_orders AS o
FULL JOIN mes.electronic_batch_records AS b USING (work_order_id)
WHERE o.created_at < :to AND o.updated_at >= :from
    AND (o.actual_start_time IS DISTINCT FROM b.opened_at
        OR (b.batch_size <> o.good_quantity)
        OR (b.release_status = 'released' AND o.quality_status <> 'passed')
        OR (b.release_status = 'rejected' AND o.quality_status <> 'failed'));
