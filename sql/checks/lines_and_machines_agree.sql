-- check: A row that names a machine and a line, or a line and a factory, names those that belong together.
-- kind: exact
WITH named AS (
    SELECT 'operations.machine_faults' AS of_table, machine_id, line_id, NULL::integer AS factory_id
    FROM operations.machine_faults GROUP BY machine_id, line_id
    UNION ALL
    SELECT 'operations.maintenance_events', machine_id, line_id, NULL
    FROM operations.maintenance_events GROUP BY machine_id, line_id
    UNION ALL
    SELECT 'operations.scada_machine_data', machine_id, line_id, NULL
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :last_day AND "timestamp" < :to GROUP BY machine_id, line_id
    UNION ALL
    SELECT 'mes.downtime_events', machine_id, line_id, factory_id
    FROM mes.downtime_events GROUP BY machine_id, line_id, factory_id
    UNION ALL
    SELECT 'mes.work_orders', NULL, line_id, factory_id
    FROM mes.work_orders GROUP BY line_id, factory_id
    UNION ALL
    SELECT 'mes.production_schedules', NULL, line_id, factory_id
    FROM mes.production_schedules GROUP BY line_id, factory_id
)
SELECT named.*
FROM named
LEFT JOIN master.machines AS m ON m.machine_id = named.machine_id
LEFT JOIN master.production_lines AS l ON l.line_id = named.line_id
WHERE (named.machine_id IS NOT NULL AND m.line_id IS DISTINCT FROM named.line_id)
    OR (named.factory_id IS NOT NULL AND l.factory_id IS DISTINCT FROM named.factory_id);
