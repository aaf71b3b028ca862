-- check: The status history of an order is a path: numbered without gaps, each transition leaves the status
--   that the one before it entered, times strictly increase, the last one is the order's status, and the
--   order's own times are those of its history.
-- kind: exact
WITH transitions AS (
    SELECT work_order_id, transition_sequence, from_status, to_status, changed_at,
           lag(transition_sequence, 1, 0::smallint) OVER path AS sequence_before,
           lag(to_status) OVER path AS status_before,
           lag(changed_at) OVER path AS changed_before
    FROM mes.work_order_status_history
    WINDOW path AS (PARTITION BY work_order_id ORDER BY transition_sequence)
), broken AS (
    SELECT work_order_id, 'transition ' || transition_sequence AS problem
    FROM transitions
    WHERE transition_sequence <> sequence_before + 1
        OR from_status IS DISTINCT FROM status_before
        OR changed_at <= changed_before
), ends AS (
    SELECT work_order_id,
           (array_agg(to_status ORDER BY transition_sequence DESC))[1] AS status,
           min(changed_at) FILTER (WHERE to_status = 'released') AS released_at,
           min(changed_at) FILTER (WHERE to_status = 'started') AS started_at,
           min(changed_at) FILTER (WHERE to_status = 'completed') AS completed_at,
           min(changed_at) FILTER (WHERE to_status = 'closed') AS closed_at
    FROM transitions
    GROUP BY work_order_id
), differing AS (
    SELECT o.work_order_id,
           CASE WHEN e.work_order_id IS NULL THEN 'no history'
                WHEN e.status <> o.status THEN 'status ' || o.status || ', history ' || e.status
                ELSE 'times' END AS problem
    FROM mes.work_orders AS o
    LEFT JOIN ends AS e USING (work_order_id)
    WHERE (o.status, o.released_at, o.actual_start_time, o.actual_end_time, o.closed_at)
        IS DISTINCT FROM (e.status, e.released_at, e.started_at, e.completed_at, e.closed_at)
)
SELECT p.work_order_id, o.work_order_number, p.problem
FROM (SELECT * FROM broken UNION ALL SELECT * FROM differing) AS p
LEFT JOIN mes.work_orders AS o USING (work_order_id)
WHERE coalesce(o.updated_at >= :from AND o.created_at < :to, true);
