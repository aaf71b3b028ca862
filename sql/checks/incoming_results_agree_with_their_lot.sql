-- check: The defective specimens of an incoming lot are those of its characteristics, all of its sample was
--   inspected, the lot fails exactly if more are defective than the plan accepts, and skipped lots have no results.
-- kind: exact
WITH results AS (
    SELECT inspection_lot_id, sum(defective_quantity) AS defective, min(inspected_quantity) AS least_inspected,
           max(inspected_quantity) AS most_inspected, min(inspected_at) AS first_at, max(inspected_at) AS last_at
    FROM qms.incoming_inspection_results
    GROUP BY inspection_lot_id
)
SELECT l.inspection_lot_number, l.inspection_stage, l.usage_decision, l.acceptance_number, r.defective
FROM qms.incoming_inspection_lots AS l
LEFT JOIN results AS r USING (inspection_lot_id)
WHERE l.decided_at >= :from AND l.decided_at < :to
    AND ((l.sample_size = 0) <> (r.inspection_lot_id IS NULL)
        OR r.defective <> l.critical_defects + l.major_defects + l.minor_defects
        OR r.least_inspected <> l.sample_size OR r.most_inspected <> l.sample_size
        OR (r.defective > l.acceptance_number) <> (l.usage_decision <> 'accepted')
        OR r.first_at < l.inspection_start OR r.last_at > l.decided_at);
