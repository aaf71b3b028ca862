-- check: In the 24 hours after a line's maintenance window 8 to 16 % more parts are rejected than on the days around.
-- kind: statistic
--
-- Compared with the same hours a day or two before the window and two days after, on the same line.
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
    SELECT line_id, sum(rejected) FILTER (WHERE after) / nullif(sum(parts) FILTER (WHERE after), 0)::numeric AS after_share,
           sum(rejected) FILTER (WHERE NOT after) / nullif(sum(parts) FILTER (WHERE NOT after), 0)::numeric AS other_share,
           sum(rejected) FILTER (WHERE after) AS n
    FROM runs
    GROUP BY line_id
), ratio AS (
    SELECT sum(n * after_share / nullif(other_share, 0)) / sum(n) AS value, sum(n) AS n
    FROM totals
    WHERE other_share > 0 AND n > 0
)
-- Rejects come in lots: their variance is three times Poisson's.
SELECT value - 1 AS value, 0.08 - 3.3 * sqrt(3 * 1.33 / greatest(n, 1)) AS low,
       0.16 + 3.3 * sqrt(3 * 1.33 / greatest(n, 1)) AS high, n, 20000 AS n_needed
FROM ratio;
