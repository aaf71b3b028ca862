-- check: While an order's runs last, the parts counter of the line's last machine advances by the parts of
--   the runs, but for what is made before the first and after the last message.
-- kind: exact
WITH made AS (
    SELECT line_id, work_order_id, sum(actual_quantity) AS parts, min(run_start_time) AS begins,
           max(run_end_time) AS ends, min(ideal_cycle_time_seconds) AS cycle
    FROM operations.production_runs
    WHERE status = 'completed'
    GROUP BY line_id, work_order_id
    HAVING min(run_start_time) >= :from AND max(run_end_time) < :to
), last_machine AS (
    SELECT line_id, max(machine_id) AS machine_id
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :to - interval '1 hour' AND "timestamp" < :to
    GROUP BY line_id
), counted AS (
    SELECT made.work_order_id, made.line_id, made.parts, made.cycle,
           max(s.parts_produced_cumulative) - min(s.parts_produced_cumulative) AS counted,
           extract(epoch FROM min(s."timestamp") - made.begins + made.ends - max(s."timestamp")) AS seconds_unseen
    FROM made
    JOIN last_machine USING (line_id)
    JOIN operations.scada_machine_data AS s
        ON s.machine_id = last_machine.machine_id AND s.work_order_id = made.work_order_id
        AND s."timestamp" BETWEEN made.begins AND made.ends
    WHERE s."timestamp" >= :from AND s."timestamp" < :to
    GROUP BY made.work_order_id, made.line_id, made.parts, made.cycle, made.begins, made.ends
)
SELECT *
FROM counted
WHERE parts - counted NOT BETWEEN 0 AND 2 + seconds_unseen / (0.95 * cycle);
