-- check: Keys of orders, operations, slots and batch records parse back into entity, date and sequence, and
--   into the readable number that carries the same parts.
-- kind: exact
WITH parsed AS (
    SELECT 'work_orders' AS of_table, work_order_id AS key, line_id::bigint AS entity, production_date AS day,
           work_order_number AS number, 'WO' AS prefix
    FROM mes.work_orders
    UNION ALL
    SELECT 'operations', o.operation_id, o.machine_id, w.production_date, NULL, NULL
    FROM mes.operations AS o
    JOIN mes.work_orders AS w USING (work_order_id)
    UNION ALL
    SELECT 'production_schedules', schedule_id, line_id, to_date(schedule_version, '"PS-"YYYYMMDD'), NULL, NULL
    FROM mes.production_schedules
    UNION ALL
    SELECT 'electronic_batch_records', b.batch_record_id, w.line_id, w.production_date, b.batch_record_number, 'EBR'
    FROM mes.electronic_batch_records AS b
    JOIN mes.work_orders AS w USING (work_order_id)
)
SELECT of_table, key, entity, day, number
FROM parsed
WHERE day >= :from AND day < :to
    AND (key >> 36 <> entity
        OR (key >> 16) & 1048575 <> day - date '1970-01-01'
        OR number <> prefix || '-L' || entity || '-' || to_char(day, 'YYYYMMDD') || '-'
            || lpad((key & 65535)::text, greatest(2, length((key & 65535)::text)), '0'));
