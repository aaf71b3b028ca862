-- check: In 80 % of the corrective actions reviewed, the defect rate has fallen by half at least.
-- kind: statistic
-- values: 0 to 1
WITH reviewed AS (
    SELECT count(*) AS n, avg((2 * defect_rate_after_ppm <= defect_rate_before_ppm)::integer) AS share
    FROM qms.capa_headers
    WHERE defect_code_id IS NOT NULL AND effectiveness_review_date >= :from AND effectiveness_review_date < :to
)
SELECT share AS value, 0.8 AS low, NULL::numeric AS high, n, 40 AS n_needed, sqrt(0.8 * 0.2 / greatest(n, 1)) AS error
FROM reviewed;
