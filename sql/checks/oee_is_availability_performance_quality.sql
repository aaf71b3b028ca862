-- check: The figures of a run recompute from its seconds and parts (ISO 22400-2): availability is production
--   time over planned busy time, performance ideal time over production time, quality good parts over parts
--   made, and OEE their product.
-- kind: exact
SELECT r.run_id, r.oee_percentage, f.availability, r.availability_percentage, f.performance,
       r.performance_percentage, f.quality, r.quality_percentage
FROM operations.production_runs AS r
CROSS JOIN LATERAL (
    SELECT 100.0 * r.production_seconds / r.planned_busy_seconds AS availability,
           100.0 * r.ideal_cycle_time_seconds * r.actual_quantity / greatest(r.production_seconds, 1) AS performance,
           100.0 * (r.actual_quantity - r.rejected_quantity) / nullif(r.actual_quantity, 0) AS quality
) AS f
WHERE r.run_end_time >= :from AND r.run_end_time < :to
    AND (abs(f.availability - r.availability_percentage) > 1e-6
        OR abs(f.performance - r.performance_percentage) > 1e-6
        OR abs(f.quality - r.quality_percentage) > 1e-6
        OR abs(f.quality - r.first_pass_yield_percentage) > 1e-6
        OR abs(1e6 * r.rejected_quantity / nullif(r.actual_quantity, 0) - r.defect_rate_ppm) > 1e-3
        OR abs(f.availability * f.performance * coalesce(f.quality, 0) / 1e4 - r.oee_percentage) > 1e-6);
