-- check: Keys of maintenance orders, and of what belongs to them, parse back into asset, date and sequence; readable
--   numbers carry the same parts.
-- kind: exact
SELECT 'work_orders' AS of_table, maintenance_work_order_id AS key, work_order_number AS number
FROM cmms.work_orders
WHERE maintenance_work_order_id >> 36 <> asset_id
    OR abs(((maintenance_work_order_id >> 16) & 1048575) - ((scheduled_start_date AT TIME ZONE 'UTC')::date - date '1970-01-01')) > 2
    OR split_part(work_order_number, '-', 3)
        <> to_char(date '1970-01-01' + ((maintenance_work_order_id >> 16) & 1048575)::integer, 'YYYYMMDD')
    OR split_part(work_order_number, '-', 4)::bigint % 100000 <> maintenance_work_order_id & 65535
UNION ALL
SELECT 'work_order_tasks', task_id, NULL
FROM cmms.work_order_tasks
WHERE task_id & 72057594037927935 <> maintenance_work_order_id
UNION ALL
SELECT 'labor_time_entries', labor_entry_id, NULL
FROM cmms.labor_time_entries
WHERE labor_entry_id & 72057594037927935 <> maintenance_work_order_id
UNION ALL
SELECT 'failure_reports', failure_report_id, report_number
FROM cmms.failure_reports
WHERE failure_report_id <> maintenance_work_order_id
UNION ALL
SELECT 'mro_parts_transactions', transaction_id, NULL
FROM cmms.mro_parts_transactions
WHERE transaction_id >> 36 <> mro_part_id;
