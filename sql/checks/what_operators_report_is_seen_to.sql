-- check: What an operator's check of a machine reports is seen to by an order of maintenance, entered by the operator
--   when the check ends; nothing else brings a corrective order that an operator asks for.
-- kind: exact
SELECT e.maintenance_id, e.machine_id, e.actual_end, w.work_order_number, w.created_at
FROM (SELECT * FROM operations.maintenance_events
      WHERE maintenance_type = 'operator_check' AND follow_up_required AND actual_end >= :from AND actual_end < :to) AS e
FULL JOIN (SELECT w.*, a.machine_id FROM cmms.work_orders AS w JOIN cmms.maintenance_assets AS a USING (asset_id)
           WHERE wo_type = 'corrective' AND source_type = 'operator_request'
               AND w.created_at >= :from AND w.created_at < :to) AS w
    ON w.machine_id = e.machine_id AND w.created_at = e.actual_end AND w.created_by = e.technician_id
WHERE e.maintenance_id IS NULL OR w.maintenance_work_order_id IS NULL;
