-- check: Every alert of condition monitoring is a sensor warning of its machine, raised at the same instant by the
--   same reading; the order opened for it looks into it, or repairs what it announced, on the same asset.
-- kind: exact
SELECT a.alert_id, a.alert_time, a.sensor_id, f.fault_start_time, w.work_order_number, w.asset_id
FROM cmms.condition_monitoring_alerts AS a
LEFT JOIN operations.machine_faults AS f ON f.fault_id = a.machine_fault_id
LEFT JOIN cmms.work_orders AS w USING (maintenance_work_order_id)
WHERE a.alert_time >= :from AND a.alert_time < :to
    AND (f.fault_id IS NULL OR f.fault_start_time <> a.alert_time OR f.sensor_id <> a.sensor_id
        OR f.machine_id <> a.asset_id OR f.trigger_value <> a.trigger_value
        OR (a.maintenance_work_order_id IS NOT NULL AND w.asset_id IS DISTINCT FROM a.asset_id)
        OR w.wo_type NOT IN ('inspection', 'predictive'));
