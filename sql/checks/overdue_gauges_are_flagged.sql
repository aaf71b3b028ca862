-- check: A value measured after the due date of its gauge is flagged, one within it is not; of gauges of charts and
--   of incoming inspection alike. The day of a calibration is left open: it ends the one validity, begins the next.
-- kind: exact
WITH used AS (
    SELECT equipment_id, measurement_timestamp AS at, calibration_overdue
    FROM qms.spc_data_points
    WHERE measurement_timestamp >= :from AND measurement_timestamp < :to
    UNION ALL
    SELECT equipment_id, inspected_at, calibration_overdue
    FROM qms.incoming_inspection_results
    WHERE equipment_id IS NOT NULL AND inspected_at >= :from AND inspected_at < :to
), days AS (
    SELECT equipment_id, (at AT TIME ZONE 'UTC')::date AS day, bool_or(calibration_overdue) AS any_flagged,
           bool_and(calibration_overdue) AS all_flagged
    FROM used
    GROUP BY equipment_id, day
)
SELECT d.equipment_id, d.day, c.calibration_date, c.calibration_date + e.calibration_frequency_days AS due,
       d.any_flagged, d.all_flagged
FROM days AS d
JOIN qms.measuring_equipment AS e USING (equipment_id)
JOIN LATERAL (
    SELECT max(calibration_date) AS calibration_date
    FROM qms.calibration_records AS r
    WHERE r.equipment_id = d.equipment_id AND r.calibration_date <= d.day
) AS c ON true
WHERE d.day > c.calibration_date
    AND ((d.day > c.calibration_date + e.calibration_frequency_days AND NOT d.all_flagged)
        OR (d.day <= c.calibration_date + e.calibration_frequency_days AND d.any_flagged));
