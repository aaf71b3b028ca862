-- check: The runs of a finished order make what the order made: parts, good parts, scrap and rework.
-- kind: exact
SELECT o.work_order_id, o.produced_quantity, r.parts, o.good_quantity, o.scrapped_quantity, r.scrapped,
       o.rework_quantity, r.rework, r.unfinished
FROM mes.work_orders AS o
LEFT JOIN (
    SELECT work_order_id, sum(actual_quantity) AS parts, sum(scrapped_quantity) AS scrapped,
           sum(rework_quantity) AS rework, sum(CASE WHEN status = 'running' THEN 1 ELSE 0 END) AS unfinished
    FROM operations.production_runs
    WHERE run_start_time < :to
    GROUP BY work_order_id
) AS r USING (work_order_id)
WHERE o.actual_end_time >= :from AND o.actual_end_time < :to
    AND (o.produced_quantity, o.good_quantity, o.scrapped_quantity, o.rework_quantity)
        IS DISTINCT FROM (r.parts, r.parts - r.scrapped - r.rework, r.scrapped, r.rework)
    OR (o.actual_end_time < :to AND r.unfinished > 0);
