-- check: Cost entries equal the documents that caused them: scrap, rework and sorting of closed non-conformances,
--   credits and replacements of resolved complaints, calibrations, and closed corrective actions, to the cent.
-- kind: exact
WITH documents AS (
    SELECT 'non-conformance' AS what, ncr_header_id AS id, closed_date AS at, total_cost AS amount
    FROM qms.ncr_headers
    WHERE closed_date >= :from AND closed_date < :to
    UNION ALL
    SELECT 'complaint', customer_complaint_id, resolution_date, total_cost
    FROM qms.customer_complaints
    WHERE resolution_date >= :from AND resolution_date < :to
    UNION ALL
    SELECT 'calibration', calibration_id, created_at, calibration_cost
    FROM qms.calibration_records
    WHERE created_at >= :from AND created_at < :to
    UNION ALL
    SELECT 'case', capa_header_id, closed_date, implementation_cost
    FROM qms.capa_headers
    WHERE closed_date >= :from AND closed_date < :to
), entries AS (
    SELECT CASE WHEN ncr_header_id IS NOT NULL THEN 'non-conformance' WHEN customer_complaint_id IS NOT NULL THEN 'complaint'
                WHEN calibration_id IS NOT NULL THEN 'calibration' ELSE 'case' END AS what,
           coalesce(ncr_header_id, customer_complaint_id, calibration_id, capa_header_id) AS id, sum(amount) AS amount,
           max(entry_date) AS at
    FROM qms.quality_cost_entries
    WHERE entry_date >= :from AND entry_date < :to
        AND num_nonnulls(ncr_header_id, customer_complaint_id, calibration_id, capa_header_id) = 1
    GROUP BY 1, 2
)
SELECT coalesce(d.what, e.what) AS what, coalesce(d.id, e.id) AS id, d.amount, e.amount AS entered
FROM documents AS d
FULL JOIN entries AS e ON e.what = d.what AND e.id = d.id
WHERE coalesce(d.amount, 0) <> coalesce(e.amount, 0) OR e.at <> d.at;
