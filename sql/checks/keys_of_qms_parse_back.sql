-- check: Keys of quality's documents parse back into entity, date and sequence, and into the parts of their number.
-- kind: exact
WITH parsed AS (
    SELECT 'ncr_headers' AS of_table, ncr_header_id AS key, ncr_number AS number, factory_id, created_at
    FROM qms.ncr_headers
    UNION ALL
    SELECT 'customer_complaints', customer_complaint_id, complaint_number, NULL, created_at
    FROM qms.customer_complaints
    UNION ALL
    SELECT 'capa_headers', capa_header_id, capa_number, factory_id, created_at
    FROM qms.capa_headers
    UNION ALL
    SELECT 'quality_audits', audit_id, audit_number, factory_id, created_at
    FROM qms.quality_audits
    UNION ALL
    SELECT 'incoming_inspection_lots', inspection_lot_id, inspection_lot_number, factory_id, created_at
    FROM qms.incoming_inspection_lots
)
SELECT of_table, key, number
FROM parsed
WHERE created_at >= :from AND created_at < :to
    AND (position(to_char(date '1970-01-01' + ((key >> 16) & 1048575)::integer, 'YYYYMMDD') IN number) = 0
        OR (factory_id IS NOT NULL AND number NOT LIKE '%-F' || lpad(factory_id::text, 2, '0') || '-%')
        OR (factory_id IS NOT NULL AND factory_id <> CASE WHEN key >> 36 >= 1000000 THEN (key >> 36) / 1000000
            WHEN key >> 36 >= 100 THEN (key >> 36) / 100 ELSE key >> 36 END));
