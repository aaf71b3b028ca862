-- check: What incoming inspection rejected has one non-conformance, recorded after the decision and within an
--   hour of it, for exactly that quantity, supplier and material.
-- kind: exact
WITH reports AS (
    SELECT inspection_lot_id, count(*) AS n, sum(quantity_defective) AS quantity, min(created_at) AS created_at,
           min(supplier_id) AS supplier_id, min(material_id) AS material_id
    FROM qms.ncr_headers
    WHERE inspection_lot_id IS NOT NULL
    GROUP BY inspection_lot_id
)
SELECT l.inspection_lot_number, l.quantity_rejected, r.quantity, r.n, l.decided_at, r.created_at
FROM qms.incoming_inspection_lots AS l
LEFT JOIN reports AS r USING (inspection_lot_id)
WHERE l.decided_at >= :from AND l.decided_at < (:to) - interval '1 hour'
    AND ((l.quantity_rejected > 0) <> (r.n IS NOT NULL)
        OR (r.n IS NOT NULL AND (r.n <> 1 OR r.quantity <> l.quantity_rejected OR r.supplier_id <> l.supplier_id
            OR r.material_id <> l.material_id OR r.created_at NOT BETWEEN l.decided_at AND l.decided_at + interval '1 hour')));
