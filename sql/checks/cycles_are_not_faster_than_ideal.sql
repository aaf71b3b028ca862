-- check: No cycle is shorter than 95 % of the ideal one, neither in a run nor in a controller message. The first
--   part of a run may have been begun in the shift before.
-- kind: exact
SELECT 'production_runs' AS of_table, run_id AS key, ideal_cycle_time_seconds AS ideal,
       (production_seconds - minor_stop_seconds)::double precision / actual_quantity AS actual
FROM operations.production_runs
WHERE run_end_time >= :from AND run_end_time < :to
    AND production_seconds - minor_stop_seconds + 1 < 0.95 * ideal_cycle_time_seconds * (actual_quantity - 1)
UNION ALL
SELECT 'scada_machine_data', scada_id, target_cycle_time_seconds, actual_cycle_time_seconds
FROM operations.scada_machine_data
WHERE "timestamp" >= :from AND "timestamp" < :to
    AND actual_cycle_time_seconds < 0.95 * target_cycle_time_seconds;
