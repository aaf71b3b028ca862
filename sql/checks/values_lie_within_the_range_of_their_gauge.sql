-- check: What is measured with a gauge lies within its range: least and greatest values of incoming inspection, and
--   values of defects.
-- kind: exact
WITH measured AS (
    SELECT equipment_id, min_value AS value, inspection_result_id AS id
    FROM qms.incoming_inspection_results
    WHERE inspected_at >= :from AND inspected_at < :to
    UNION ALL
    SELECT equipment_id, max_value, inspection_result_id
    FROM qms.incoming_inspection_results
    WHERE inspected_at >= :from AND inspected_at < :to
    UNION ALL
    SELECT equipment_id, actual_value, defect_detail_id
    FROM qms.ncr_defect_details
    WHERE created_at >= :from AND created_at < :to
)
SELECT e.equipment_number, e.equipment_type, e.measurement_range_min, e.measurement_range_max, m.value, m.id
FROM measured AS m
JOIN qms.measuring_equipment AS e USING (equipment_id)
WHERE m.value NOT BETWEEN e.measurement_range_min AND e.measurement_range_max;
