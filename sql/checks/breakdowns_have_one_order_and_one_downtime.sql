-- check: A critical fault that has ended has one breakdown order and one downtime, which name each other, and
--   both last as long as the fault: the downtime to the second, the order to the hundredth of a minute.
-- kind: exact
SELECT f.fault_id, f.fault_start_time, f.fault_duration_seconds, d.downtimes, d.seconds, w.orders, w.minutes
FROM operations.machine_faults AS f
LEFT JOIN (
    SELECT machine_fault_id, count(*) AS downtimes, max(duration_seconds) AS seconds, max(downtime_id) AS downtime_id
    FROM mes.downtime_events
    WHERE downtime_category = 'breakdown'
    GROUP BY machine_fault_id
) AS d ON d.machine_fault_id = f.fault_id
LEFT JOIN (
    SELECT machine_fault_id, count(*) AS orders, max(downtime_minutes) AS minutes,
           max(downtime_event_id) AS downtime_id
    FROM cmms.work_orders
    WHERE wo_type = 'breakdown' AND machine_fault_id IS NOT NULL
    GROUP BY machine_fault_id
) AS w ON w.machine_fault_id = f.fault_id
WHERE f.fault_severity = 'critical' AND f.fault_start_time >= :from AND f.fault_end_time < :to
    AND (d.downtimes IS DISTINCT FROM 1
        OR w.orders IS DISTINCT FROM 1
        OR d.downtime_id IS DISTINCT FROM w.downtime_id
        OR d.seconds IS DISTINCT FROM f.fault_duration_seconds
        OR w.minutes IS DISTINCT FROM round(d.seconds / 60.0, 2));
