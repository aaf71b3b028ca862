-- check: The parts counter of a machine never decreases; within a shift no counter of the shift does.
-- kind: exact
SELECT machine_id, "timestamp", scada_id, parts_produced_cumulative, parts_before
FROM (
    SELECT machine_id, "timestamp", scada_id, parts_produced_cumulative,
           lag(parts_produced_cumulative) OVER w AS parts_before,
           lag(shift_id) OVER w = shift_id AND lag("timestamp") OVER w > "timestamp" - interval '12 hours' AS same_shift,
           lag(parts_produced_shift) OVER w > parts_produced_shift
               OR lag(parts_rejected_shift) OVER w > parts_rejected_shift
               OR lag(uptime_seconds_shift) OVER w > uptime_seconds_shift
               OR lag(setup_seconds_shift) OVER w > setup_seconds_shift
               OR lag(downtime_seconds_shift) OVER w > downtime_seconds_shift
               OR lag(minor_stop_seconds_shift) OVER w > minor_stop_seconds_shift
               OR lag(idle_seconds_shift) OVER w > idle_seconds_shift
               OR lag(planned_stop_seconds_shift) OVER w > planned_stop_seconds_shift
               OR lag(energy_consumed_kwh) OVER w > energy_consumed_kwh AS decreases
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
    WINDOW w AS (PARTITION BY machine_id ORDER BY "timestamp")
) AS messages
WHERE parts_produced_cumulative < parts_before OR (same_shift AND decreases);
