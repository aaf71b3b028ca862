-- check: Risk priority is severity times occurrence times detection; a characteristic of a control plan controls a
--   risk of the plan's own FMEA, with the same defect at the same step; a product has one plan in force.
-- kind: exact
SELECT 'risk priority' AS what, fmea_item_id::bigint AS id
FROM qms.fmea_items
WHERE rpn <> severity * occurrence * detection
UNION ALL
SELECT 'characteristic', c.characteristic_id
FROM qms.control_plan_characteristics AS c
JOIN qms.control_plans AS p USING (control_plan_id)
JOIN qms.fmea_items AS i USING (fmea_item_id)
WHERE i.fmea_id <> p.fmea_id OR i.defect_code_id <> c.defect_code_id OR i.operation_sequence <> c.operation_sequence
UNION ALL
SELECT 'chart', s.chart_id
FROM qms.spc_control_charts AS s
JOIN qms.control_plan_characteristics AS c USING (characteristic_id)
WHERE c.control_method <> 'spc_chart' OR c.unit_of_measure <> s.unit_of_measure OR c.sample_size <> s.subgroup_size
    OR c.sample_interval_minutes <> s.subgroup_interval_minutes
    OR abs(c.upper_spec_limit - c.target_value - s.upper_spec_limit) > 1e-9
UNION ALL
SELECT 'plans in force', product_id
FROM qms.control_plans
GROUP BY product_id
HAVING count(*) FILTER (WHERE plan_status = 'in_force') <> 1;
