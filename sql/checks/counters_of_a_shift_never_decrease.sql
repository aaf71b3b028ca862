-- check: Within a shift no counter of the shift decreases.
-- kind: exact
-- samples: one day in ten, from the first
SELECT messages.*
FROM generate_series(:from, :to - interval '1 second', interval '10 days') AS day
CROSS JOIN LATERAL (
    SELECT machine_id, "timestamp", scada_id, shift_id,
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
    WHERE "timestamp" >= day AND "timestamp" < least(day + interval '1 day', :to)
    WINDOW w AS (PARTITION BY machine_id ORDER BY "timestamp")
) AS messages
WHERE same_shift AND decreases;
