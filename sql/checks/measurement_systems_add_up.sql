-- check: Gauge R&R of a study is the root of repeatability squared and reproducibility squared, over the total
--   variation, and the distinct categories follow from both.
-- kind: exact
WITH studies AS (
    SELECT *, sqrt(equipment_variation ^ 2 + appraiser_variation ^ 2) AS gauge_variation
    FROM qms.msa_studies
    WHERE created_at >= :from AND created_at < :to
)
SELECT study_number, grr_pct, distinct_categories, gauge_variation, part_variation
FROM studies
WHERE abs(grr_pct - 100 * gauge_variation / sqrt(gauge_variation ^ 2 + part_variation ^ 2)) > 1e-9
    OR distinct_categories <> greatest(1, floor(1.41 * part_variation / gauge_variation));
