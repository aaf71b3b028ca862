-- check: A reminder is settled by the first calibration of its gauge after it, an overdue one is raised exactly for
--   calibrations that came after the due date, and gauges show their last calibration.
-- kind: exact
SELECT 'alert' AS what, a.alert_id AS id, a.due_date, c.calibration_date
FROM qms.calibration_alerts AS a
JOIN qms.calibration_records AS c USING (calibration_id)
WHERE a.updated_at >= :from AND a.alert_date < :to
    AND (c.equipment_id <> a.equipment_id OR c.created_at <> a.resolved_date OR c.created_at < a.alert_date
        OR (a.alert_type = 'overdue' AND c.calibration_date <= a.due_date))
UNION ALL
SELECT 'gauge', e.equipment_id, e.next_calibration_due, e.last_calibration_date
FROM qms.measuring_equipment AS e
WHERE e.last_calibration_date <> (
    SELECT max(c.calibration_date) FROM qms.calibration_records AS c WHERE c.equipment_id = e.equipment_id
);
