-- check: Controllers, runs and downtime events give the same OEE of every line and shift within 0.1 percentage
--   points: busy and production time, parts and rejects are counted by each on its own.
-- kind: exact
-- uses: machine_shifts
--
-- A line makes parts as one: it runs when all machines do, and its stops are those of any of them. Busy time is
-- what is planned for production less repairs that no order waited for. At a shift change the controllers report
-- the whole shift that ends; they count up within it. The ideal time of a part is that of the shift's mix.
WITH lines AS (
    SELECT line_id, shift_id, begins, max(ends) AS ends, max(busy) AS busy, max(running) + sum(minor) AS producing,
           max(parts) AS parts, max(rejected) AS rejected
    FROM (
        SELECT line_id, machine_id, shift_id, begins, max(last) AS ends, max(busy) AS busy, max(running) AS running,
               max(minor) AS minor, max(parts) AS parts, max(rejected) AS rejected
        FROM machine_shifts
        GROUP BY line_id, machine_id, shift_id, begins
    ) AS machines
    GROUP BY line_id, shift_id, begins
), changes AS MATERIALIZED (
    SELECT *, lead(begins) OVER (PARTITION BY line_id ORDER BY begins) = ends AND begins >= :from AS complete
    FROM lines
), days AS MATERIALIZED (  -- a shift lies in one UTC day or two: what is joined to it shares one of them
    SELECT line_id, begins, ends, busy, day
    FROM changes
    CROSS JOIN LATERAL generate_series(date_trunc('day', begins, 'UTC'), ends, interval '1 day') AS day
    WHERE complete
), events AS MATERIALIZED (
    SELECT line_id, work_order_id, downtime_start AS starts, coalesce(downtime_end, :to) AS stops, day
    FROM mes.downtime_events
    CROSS JOIN LATERAL generate_series(
        date_trunc('day', greatest(downtime_start, :from), 'UTC'), coalesce(downtime_end, :to), interval '1 day') AS day
    WHERE downtime_category <> 'planned_maintenance'
), stopped AS (
    SELECT c.line_id, c.ends,
           sum(extract(epoch FROM least(e.stops, c.ends) - greatest(e.starts, c.begins))) AS down,
           sum(extract(epoch FROM least(e.stops, c.ends) - greatest(e.starts, c.begins)))
               FILTER (WHERE e.work_order_id IS NULL) AS without_order
    FROM days AS c
    JOIN events AS e USING (line_id, day)
    WHERE c.busy > 0 AND e.starts < c.ends AND e.stops > c.begins
        AND day = date_trunc('day', greatest(e.starts, c.begins), 'UTC')
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
    FROM (
        SELECT *, date_trunc('day', run_end_time, 'UTC') AS day
        FROM operations.production_runs
        WHERE run_end_time > :from AND run_end_time < :to
    ) AS r
    JOIN days AS c USING (line_id, day)
    WHERE r.run_end_time > c.begins AND r.run_end_time <= c.ends
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
