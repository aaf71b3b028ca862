-- check: Controllers, runs and downtime events give the same OEE of every line and shift within 0.1 percentage
--   points: busy and production time, parts and rejects are counted by each on its own.
-- kind: exact
--
-- A line makes parts as one: it runs when all machines do, and its stops are those of any of them. Busy time is
-- what is planned for production less repairs that no order waited for. At a shift change the controllers report
-- the whole shift that ends. The ideal time of a part is that of the shift's mix.
WITH messages AS (
    SELECT line_id, machine_id, shift_id, "timestamp" AS at, uptime_seconds_shift AS running,
           minor_stop_seconds_shift AS minor, parts_produced_shift AS parts, parts_rejected_shift AS rejected,
           uptime_seconds_shift + setup_seconds_shift + minor_stop_seconds_shift + downtime_seconds_shift
               + idle_seconds_shift AS busy,
           planned_stop_seconds_shift AS unplanned
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
        AND (date_part('epoch', "timestamp" AT TIME ZONE 'UTC'))::bigint % 1800 = 0
), lines AS (
    SELECT line_id, shift_id, at, max(busy + unplanned) AS elapsed, max(busy) AS busy,
           max(running) + sum(minor) AS producing, max(parts) AS parts, max(rejected) AS rejected
    FROM messages
    GROUP BY line_id, shift_id, at
), changes AS (
    SELECT line_id, shift_id, at - elapsed * interval '1 second' AS begins, at AS ends, busy, producing, parts, rejected,
           lead(elapsed) OVER w < elapsed AND at - elapsed * interval '1 second' >= :from AS complete
    FROM lines
    WINDOW w AS (PARTITION BY line_id ORDER BY at)
), stopped AS (
    SELECT c.line_id, c.ends,
           sum(extract(epoch FROM least(coalesce(d.downtime_end, c.ends), c.ends) - greatest(d.downtime_start, c.begins)))
               AS down,
           sum(extract(epoch FROM least(coalesce(d.downtime_end, c.ends), c.ends) - greatest(d.downtime_start, c.begins)))
               FILTER (WHERE d.work_order_id IS NULL) AS without_order
    FROM changes AS c
    JOIN mes.downtime_events AS d
        ON d.line_id = c.line_id AND d.downtime_start < c.ends
        AND (d.downtime_end > c.begins OR d.downtime_end IS NULL)
    WHERE c.complete AND c.busy > 0 AND d.downtime_category <> 'planned_maintenance'
    GROUP BY c.line_id, c.ends
), counted AS (
    SELECT c.line_id, c.shift_id, c.begins, c.ends, c.busy - coalesce(s.without_order, 0) AS busy, c.producing,
           c.busy - coalesce(s.down, 0) AS left_by_events, c.parts, c.rejected
    FROM changes AS c
    LEFT JOIN stopped AS s USING (line_id, ends)
    WHERE c.complete
), made AS (
    SELECT c.line_id, c.ends, sum(r.planned_busy_seconds) AS busy, sum(r.production_seconds) AS producing,
           sum(r.actual_quantity) AS parts, sum(r.rejected_quantity) AS rejected,
           sum(r.ideal_cycle_time_seconds * r.actual_quantity) AS ideal
    FROM operations.production_runs AS r
    JOIN changes AS c
        ON c.line_id = r.line_id AND r.run_end_time > c.begins AND r.run_end_time <= c.ends
    WHERE c.complete AND r.run_end_time < :to
    GROUP BY c.line_id, c.ends
), compared AS (
    SELECT c.line_id, c.shift_id, c.begins, c.busy AS controller_busy, m.busy, c.producing AS controller_producing,
           c.left_by_events, m.producing, c.parts AS controller_parts, m.parts, c.rejected AS controller_rejected, m.rejected,
           m.ideal / nullif(m.parts, 0) * (m.parts - m.rejected) / m.busy AS oee,
           m.ideal / nullif(m.parts, 0) * (c.parts - c.rejected) / nullif(c.busy, 0) AS controller_oee
    FROM counted AS c
    LEFT JOIN made AS m USING (line_id, ends)
)
SELECT *
FROM compared
WHERE abs(coalesce(controller_oee, 0) - coalesce(oee, 0)) > 0.001
    OR abs(coalesce(controller_busy, 0) - coalesce(busy, 0)) > 28.8
    OR abs(coalesce(producing, 0) - controller_producing) > 28.8
    OR abs(left_by_events - controller_producing) > 28.8;
