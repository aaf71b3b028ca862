-- check: In the 24 hours after a line's maintenance window 6 to 14 % more parts are rejected than on the days around.
-- kind: statistic
-- values: at least -1
--
-- Compared with the same hours a day or two before the window and two days after, on the same line. New tools take some
-- of the rise back. A bad lot that happens to follow a window doubles its rejects: the outer tenths are left out.
WITH windows AS (
    SELECT DISTINCT line_id, downtime_end AS ends
    FROM mes.downtime_events
    WHERE downtime_category = 'planned_maintenance' AND downtime_end >= (:from) + interval '3 days'
        AND downtime_end < (:to) - interval '3 days' AND duration_seconds > 14400
), runs AS (
    SELECT w.line_id, w.ends, r.actual_quantity AS parts, r.rejected_quantity AS rejected,
           r.run_end_time > w.ends AND r.run_end_time <= w.ends + interval '24 hours' AS after
    FROM windows AS w
    JOIN operations.production_runs AS r
        ON r.line_id = w.line_id AND r.run_end_time > w.ends - interval '56 hours'
        AND r.run_end_time <= w.ends + interval '72 hours'
    WHERE r.run_end_time <= w.ends - interval '8 hours' OR r.run_end_time > w.ends
), totals AS (
    SELECT sum(rejected) FILTER (WHERE after) AS rejected_after, sum(parts) FILTER (WHERE after) AS parts_after,
           sum(rejected) FILTER (WHERE NOT after) AS rejected_else, sum(parts) FILTER (WHERE NOT after) AS parts_else
    FROM runs
    GROUP BY line_id, ends
), rises AS (
    SELECT ln(rejected_after::double precision / parts_after) - ln(rejected_else::double precision / parts_else) AS rise
    FROM totals
    WHERE rejected_after > 0 AND rejected_else > 0
), tenths AS (
    SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY rise) AS first,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY rise) AS last
    FROM rises
), trimmed AS (
    SELECT exp(avg(rise) FILTER (WHERE rise BETWEEN first AND last)) - 1 AS value, count(*) AS n,
           stddev(least(greatest(rise, first), last)) / 0.8 / sqrt(count(*)) AS error
    FROM rises
    CROSS JOIN tenths
)
-- The standard error of a trimmed mean is that of the winsorised values over the share that is kept.
SELECT value, 0.06 AS low, 0.14 AS high, n, 100 AS n_needed, error
FROM trimmed;
