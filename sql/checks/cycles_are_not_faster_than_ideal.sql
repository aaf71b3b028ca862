-- check: No cycle is shorter than 95 % of the ideal one, neither in a run nor in a controller message. The first
--   part of a run may have been begun in the shift before.
-- kind: exact
-- uses: machine_shifts
SELECT 'production_runs' AS of_table, run_id AS key, ideal_cycle_time_seconds AS ideal,
       (production_seconds - minor_stop_seconds)::double precision / actual_quantity AS actual
FROM operations.production_runs
WHERE run_end_time >= :from AND run_end_time < :to
    AND production_seconds - minor_stop_seconds + 1 < 0.95 * ideal_cycle_time_seconds * (actual_quantity - 1)
UNION ALL
SELECT 'scada_machine_data', m.scada_id, m.target_cycle_time_seconds, m.actual_cycle_time_seconds
FROM machine_shifts AS s
CROSS JOIN LATERAL (
    SELECT scada_id, target_cycle_time_seconds, actual_cycle_time_seconds
    FROM operations.scada_machine_data
    WHERE machine_id = s.machine_id AND shift_id = s.shift_id AND "timestamp" BETWEEN s.first AND s.last
        AND actual_cycle_time_seconds < 0.95 * target_cycle_time_seconds
    OFFSET 0  -- keeps the bounds inside, so that only the shift's leaves are read
) AS m
WHERE s.too_fast > 0;
