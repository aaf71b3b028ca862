-- check: Reports, complaints, 8D reports, corrective actions and findings come in order: a complaint before its
--   report and 8D, a report before its case, an audit's end before its findings and their cases; links point back;
--   an 8D report and its case name the same day for the permanent action.
-- kind: exact
SELECT 'complaint before its report' AS what, c.complaint_number AS number
FROM qms.customer_complaints AS c
JOIN qms.ncr_headers AS n ON n.ncr_header_id = c.linked_ncr_id
WHERE c.updated_at >= :from AND c.created_at < :to
    AND (n.created_at < c.created_at OR n.customer_complaint_id IS DISTINCT FROM c.customer_complaint_id)
UNION ALL
SELECT 'link of a complaint without a report', c.complaint_number
FROM qms.customer_complaints AS c
LEFT JOIN qms.ncr_headers AS n ON n.ncr_header_id = c.linked_ncr_id
WHERE c.updated_at >= :from AND c.created_at < :to AND c.linked_ncr_id IS NOT NULL AND n.ncr_header_id IS NULL
UNION ALL
SELECT 'complaint before its 8D report', d.eight_d_number
FROM qms.eight_d_reports AS d
JOIN qms.customer_complaints AS c USING (customer_complaint_id)
LEFT JOIN qms.capa_headers AS h USING (capa_header_id)
WHERE d.updated_at >= :from AND d.created_at < :to
    AND (d.team_established_date < c.created_at OR h.created_at < c.created_at
        OR (d.pca_implementation_date AT TIME ZONE 'UTC')::date <> h.actual_completion_date)
UNION ALL
SELECT 'report before its case', h.capa_number
FROM qms.capa_headers AS h
JOIN qms.ncr_headers AS n USING (ncr_header_id)
WHERE h.updated_at >= :from AND h.created_at < :to AND h.created_at < n.detected_date
UNION ALL
SELECT 'finding before its case', h.capa_number
FROM qms.capa_headers AS h
JOIN qms.audit_findings AS f USING (finding_id)
WHERE h.updated_at >= :from AND h.created_at < :to
    AND (h.created_at < f.created_at OR f.linked_capa_id IS DISTINCT FROM h.capa_header_id)
UNION ALL
SELECT 'audit before its findings', a.audit_number
FROM qms.quality_audits AS a
JOIN qms.audit_findings AS f USING (audit_id)
WHERE a.updated_at >= :from AND a.created_at < :to
    AND (a.actual_end_date IS NULL OR (f.created_at AT TIME ZONE 'UTC')::date < a.actual_end_date OR f.closure_date > a.closed_date)
UNION ALL
SELECT 'actions of a case', h.capa_number
FROM qms.capa_headers AS h
JOIN qms.capa_actions AS a USING (capa_header_id)
WHERE h.updated_at >= :from AND h.created_at < :to
    AND (a.created_at < h.created_at
        OR (a.action_type IN ('corrective', 'preventive') AND a.completion_date > h.actual_completion_date)
        OR (h.capa_status = 'closed' AND a.completion_date IS NULL))
UNION ALL
SELECT 'hold after its report', q.hold_number
FROM qms.quality_holds AS q
JOIN qms.ncr_headers AS n USING (ncr_header_id)
WHERE q.updated_at >= :from AND q.placed_at < :to AND (q.placed_at < n.created_at OR q.lot_id IS DISTINCT FROM coalesce(n.lot_id, n.work_order_id));
