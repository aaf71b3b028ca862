-- check: Steps of an order make what the order makes: each processes all parts, the rejects of the steps
--   add up to the order's, no step begins before the order or ends after it.
-- kind: exact
SELECT o.work_order_id, o.produced_quantity, o.rejected_quantity, s.fewest, s.most, s.rejected
FROM mes.work_orders AS o
JOIN (
    SELECT work_order_id, min(completed_quantity) AS fewest, max(completed_quantity) AS most,
           sum(rejected_quantity) AS rejected, min(actual_start_time) AS first_start,
           max(actual_end_time) AS last_end, bool_and(status = 'completed') AS all_completed
    FROM mes.operations
    GROUP BY work_order_id
) AS s USING (work_order_id)
WHERE o.created_at < :to AND o.updated_at >= :from
    AND (s.fewest <> o.produced_quantity
        OR s.most <> o.produced_quantity
        OR s.rejected <> o.rejected_quantity
        OR s.first_start < o.actual_start_time
        OR s.last_end > o.actual_end_time
        OR (o.status IN ('completed', 'closed')) <> s.all_completed);
