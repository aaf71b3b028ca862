-- check: The cost lines of an order are its booked time, its parts and its service calls, each once and to the
--   cent; a closed order carries their sums.
-- kind: exact
WITH lines AS (
    SELECT maintenance_work_order_id,
           coalesce(sum(cost_amount) FILTER (WHERE cost_type = 'labor'), 0) AS labor,
           coalesce(sum(cost_amount) FILTER (WHERE cost_type = 'parts'), 0) AS parts,
           coalesce(sum(cost_amount) FILTER (WHERE cost_type = 'contractor'), 0) AS service
    FROM cmms.maintenance_costs
    GROUP BY maintenance_work_order_id
), booked AS (
    SELECT maintenance_work_order_id, sum(labor_cost) AS labor
    FROM cmms.labor_time_entries
    GROUP BY maintenance_work_order_id
), moved AS (
    SELECT maintenance_work_order_id, -sum(total_cost) AS parts
    FROM cmms.mro_parts_transactions
    WHERE maintenance_work_order_id IS NOT NULL
    GROUP BY maintenance_work_order_id
), called AS (
    SELECT maintenance_work_order_id, sum(service_cost) AS service
    FROM cmms.service_call_logs
    GROUP BY maintenance_work_order_id
)
SELECT w.work_order_number, w.wo_status, w.actual_labor_cost, lines.labor, booked.labor AS booked, w.actual_parts_cost,
       lines.parts, moved.parts AS moved, w.actual_service_cost, lines.service, called.service AS called
FROM cmms.work_orders AS w
LEFT JOIN lines USING (maintenance_work_order_id)
LEFT JOIN booked USING (maintenance_work_order_id)
LEFT JOIN moved USING (maintenance_work_order_id)
LEFT JOIN called USING (maintenance_work_order_id)
WHERE coalesce(lines.labor, 0) <> coalesce(booked.labor, 0)
    OR coalesce(lines.parts, 0) <> coalesce(moved.parts, 0)
    OR coalesce(lines.service, 0) <> coalesce(called.service, 0)
    OR w.actual_labor_cost <> coalesce(lines.labor, 0)
    OR w.actual_parts_cost <> coalesce(lines.parts, 0)
    OR w.actual_service_cost <> coalesce(lines.service, 0);
