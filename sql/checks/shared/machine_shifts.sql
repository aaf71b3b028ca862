-- shared: What a controller says in its messages of a shift. A shift that goes over midnight has two rows where days are
--   read apart.
--
-- All messages of a shift tell the same beginning: their instant less the six times of the shift. It counts from 2000, in
-- a form that the other server can group by.
SELECT machine_id, line_id, shift_id, to_timestamp(946684800 + date_part('epoch', begun)) AS begins, first, last, messages,
       first_scada_id, busy, unplanned, running, minor, down, parts, rejected, running_messages, power, power_squares,
       power_running, too_fast, stop_messages, stop_first, stop_last
FROM (
    SELECT machine_id, line_id, shift_id,
           "timestamp" - timestamptz '2000-01-01 00:00+00' - make_interval(secs =>
               uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
               + idle_seconds_shift + planned_stop_seconds_shift) AS begun,
           min("timestamp") AS first, max("timestamp") AS last, count(*) AS messages, min(scada_id) AS first_scada_id,
           max(uptime_seconds_shift + setup_seconds_shift + downtime_seconds_shift + minor_stop_seconds_shift
               + idle_seconds_shift) AS busy,
           max(planned_stop_seconds_shift) AS unplanned, max(uptime_seconds_shift) AS running,
           max(minor_stop_seconds_shift) AS minor, max(downtime_seconds_shift) AS down,
           max(parts_produced_shift) AS parts, max(parts_rejected_shift) AS rejected,
           count(*) FILTER (WHERE machine_state = 'running') AS running_messages,
           sum(power_consumption_kw::double precision) AS power,
           sum(power_consumption_kw::double precision * power_consumption_kw) AS power_squares,
           sum(power_consumption_kw::double precision) FILTER (WHERE machine_state = 'running') AS power_running,
           count(*) FILTER (WHERE actual_cycle_time_seconds < 0.95 * target_cycle_time_seconds) AS too_fast,
           -- While a shift has been nothing but a planned stop.
           count(*) FILTER (WHERE machine_state = 'planned_stop' AND uptime_seconds_shift + setup_seconds_shift
               + downtime_seconds_shift + minor_stop_seconds_shift + idle_seconds_shift = 0) AS stop_messages,
           min("timestamp") FILTER (WHERE machine_state = 'planned_stop' AND uptime_seconds_shift + setup_seconds_shift
               + downtime_seconds_shift + minor_stop_seconds_shift + idle_seconds_shift = 0) AS stop_first,
           max("timestamp") FILTER (WHERE machine_state = 'planned_stop' AND uptime_seconds_shift + setup_seconds_shift
               + downtime_seconds_shift + minor_stop_seconds_shift + idle_seconds_shift = 0) AS stop_last
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
    GROUP BY 1, 2, 3, 4
) AS shifts;
