-- check: Decisions on a non-conformance add up to its defective quantity once the board has decided, its defects
--   always do, all decisions are carried out before it is closed, and none is decided before it was recorded.
-- kind: exact
WITH decided AS (
    SELECT ncr_header_id, sum(disposition_quantity) AS quantity, min(decided_at) AS first_at,
           bool_and(executed_at IS NOT NULL) AS executed, max(executed_at) AS last_at
    FROM qms.ncr_dispositions
    GROUP BY ncr_header_id
), defects AS (
    SELECT ncr_header_id, sum(quantity_defective) AS quantity
    FROM qms.ncr_defect_details
    GROUP BY ncr_header_id
)
SELECT n.ncr_number, n.ncr_status, n.quantity_defective, d.quantity AS decided, f.quantity AS of_defects
FROM qms.ncr_headers AS n
LEFT JOIN decided AS d USING (ncr_header_id)
LEFT JOIN defects AS f USING (ncr_header_id)
WHERE n.created_at < :to AND n.updated_at >= :from
    AND (f.quantity IS DISTINCT FROM n.quantity_defective
        OR (n.ncr_status IN ('dispositioned', 'closed') AND d.quantity IS DISTINCT FROM n.quantity_defective)
        OR d.first_at < n.created_at
        OR (n.ncr_status = 'closed' AND (NOT d.executed OR d.last_at > n.closed_date)));
