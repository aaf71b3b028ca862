-- check: Every breakdown that is repaired has a failure report with the component that was taken out, the mode in
--   which it fails and the code that the controller gave; mode, mechanism, cause and detection method are codes,
--   not groups, of their own catalogues.
-- kind: exact
SELECT w.work_order_number, r.report_number, c.component, c.fault_code, f.fault_code AS code_of_the_fault,
       mode.failure_code AS mode, mechanism.failure_code AS mechanism, cause.failure_code AS cause,
       detection.failure_code AS detection
FROM cmms.work_orders AS w
LEFT JOIN cmms.failure_reports AS r USING (maintenance_work_order_id)
LEFT JOIN cmms.asset_components AS c USING (asset_component_id)
LEFT JOIN operations.machine_faults AS f ON f.fault_id = w.machine_fault_id
LEFT JOIN cmms.failure_codes AS mode ON mode.failure_code_id = r.failure_mode_id
LEFT JOIN cmms.failure_codes AS mechanism ON mechanism.failure_code_id = r.failure_mechanism_id
LEFT JOIN cmms.failure_codes AS cause ON cause.failure_code_id = r.failure_cause_id
LEFT JOIN cmms.failure_codes AS detection ON detection.failure_code_id = r.detection_method_id
WHERE w.wo_type = 'breakdown' AND w.actual_end_date >= :from AND w.actual_end_date < :to
    AND (r.failure_report_id IS NULL
        OR c.removed_by_work_order_id IS DISTINCT FROM w.maintenance_work_order_id
        OR c.failure_mode_id IS DISTINCT FROM r.failure_mode_id
        OR c.removed_at IS DISTINCT FROM r.failed_at
        OR (f.fault_id IS NOT NULL AND f.fault_code <> c.fault_code)
        OR (w.machine_fault_id IS NOT NULL AND f.fault_id IS NULL)
        OR mode.code_type <> 'mode' OR mode.parent_failure_code_id IS NULL
        OR mechanism.code_type <> 'mechanism' OR mechanism.parent_failure_code_id IS NULL
        OR cause.code_type <> 'cause' OR cause.parent_failure_code_id IS NULL
        OR detection.code_type <> 'detection_method' OR detection.parent_failure_code_id IS NULL);
