-- check: A corrective action counts as effective exactly if the defect rate fell by half at least.
-- kind: exact
SELECT capa_number, defect_rate_before_ppm, defect_rate_after_ppm, effectiveness_verified
FROM qms.capa_headers
WHERE effectiveness_review_date IS NOT NULL AND defect_code_id IS NOT NULL AND updated_at >= :from AND created_at < :to
    AND effectiveness_verified <> (2 * defect_rate_after_ppm <= defect_rate_before_ppm);
