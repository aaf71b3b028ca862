-- check: Runs are of their order's line, product and lot, the first one begins with the order's first part,
--   the last one ends with its last.
-- kind: exact
SELECT o.work_order_id, o.line_id, r.line_id AS run_line_id, o.production_start_time, r.begins,
       o.actual_end_time, r.ends
FROM mes.work_orders AS o
JOIN (
    SELECT work_order_id, line_id, product_id, batch_number, min(run_start_time) FILTER (WHERE production_seconds > minor_stop_seconds) AS begins, max(run_end_time) AS ends
    FROM operations.production_runs
    WHERE run_start_time < :to
    GROUP BY work_order_id, line_id, product_id, batch_number
) AS r USING (work_order_id)
WHERE o.actual_end_time >= :from AND o.actual_end_time < :to
    AND (o.line_id, o.product_id, o.lot_number, o.production_start_time, o.actual_end_time)
        IS DISTINCT FROM (r.line_id, r.product_id, r.batch_number, r.begins, r.ends);
