-- check: Charts in control give false alarms as the theory has it: 0.27 % of the points lie beyond three sigma,
--   and all four rules together first signal after 92 points on average.
-- kind: statistic
-- values: at least 0; beyond three sigma [%]: 0 to 100
--
-- Charts are read whose FMEA names a cause that holds still between special ones (machine, method, fixture). A
-- signal is false if the line measured again and found no cause. The mean run is that of stretches of 64 points
-- without a cause found, each read on its own (Champ and Woodall 1987: 91.75 from a fresh start; cut at 64, and
-- with undetected causes among them, some 15 % either way). Charts differ, and are the entities; alarms are rare, so
-- that their error is that of a count at least.
WITH points AS (
    SELECT p.chart_id, p.subgroup_number / 64 AS stretch, p.measurement_timestamp AS at, p.violation_type, p.action_taken,
           (p.measurement_value - c.center_line) / (c.upper_control_limit - c.center_line) * 3.0 AS z
    FROM qms.spc_data_points AS p
    JOIN qms.spc_control_charts AS c USING (chart_id)
    JOIN qms.control_plan_characteristics AS h USING (characteristic_id)
    JOIN qms.fmea_items AS i USING (fmea_item_id)
    WHERE p.measurement_timestamp >= :from AND p.measurement_timestamp < :to
        AND i.failure_cause IN ('Machine setting drifts', 'Method leaves room', 'Fixture does not hold')
), false_alarms AS (
    SELECT chart_id, count(*) AS whole,
           count(*) FILTER (WHERE violation_type = 'beyond_limit' AND action_taken = 'remeasured') AS part
    FROM points
    GROUP BY chart_id
), clean AS (
    SELECT *, row_number() OVER stretch AS place,
           count(*) FILTER (WHERE z > 2.0) OVER two AS above2, count(*) FILTER (WHERE z < -2.0) OVER two AS below2,
           count(*) FILTER (WHERE z > 1.0) OVER four AS above1, count(*) FILTER (WHERE z < -1.0) OVER four AS below1,
           count(*) FILTER (WHERE z > 0.0) OVER seven AS above, count(*) FILTER (WHERE z < 0.0) OVER seven AS below
    FROM points
    WHERE (chart_id, stretch) NOT IN (
        SELECT chart_id, stretch
        FROM points
        GROUP BY chart_id, stretch
        HAVING count(*) < 64 OR bool_or(action_taken IN ('adjusted', 'tool_changed', 'line_stopped')
            AND violation_type <> 'range_beyond_limit')
    )
    WINDOW stretch AS (PARTITION BY chart_id, stretch ORDER BY at),
        two AS (PARTITION BY chart_id, stretch ORDER BY at ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING),
        four AS (PARTITION BY chart_id, stretch ORDER BY at ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING),
        seven AS (PARTITION BY chart_id, stretch ORDER BY at ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)
), first_signals AS (
    SELECT chart_id, stretch, min(place) FILTER (
               WHERE abs(z) > 3.0 OR (z > 2.0 AND above2 >= 1) OR (z < -2.0 AND below2 >= 1)
                   OR (z > 1.0 AND above1 >= 3) OR (z < -1.0 AND below1 >= 3)
                   OR (z > 0.0 AND above >= 7) OR (z < 0.0 AND below >= 7)) AS signalled
    FROM clean
    GROUP BY chart_id, stretch
), runs AS (
    SELECT chart_id, count(signalled) AS whole, sum(least(coalesce(signalled, 64), 64)) AS part
    FROM first_signals
    GROUP BY chart_id
), every AS (
    SELECT 'beyond three sigma [%]' AS what, 100.0 AS unit, chart_id, part, whole FROM false_alarms
    UNION ALL
    SELECT 'points to the first signal', 1.0, chart_id, part, whole FROM runs
), means AS (
    SELECT what, unit, sum(part) / nullif(sum(whole), 0) AS value, sum(whole) AS whole, count(*) AS n
    FROM every
    GROUP BY what, unit
), bands (what, low, high, n_needed, least) AS (VALUES
    ('beyond three sigma [%]', 0.25, 0.30, 50, 0.27), ('points to the first signal', 92 * 0.85, 92 * 1.15, 80, 0.0)
)
SELECT what, m.unit * m.value AS value, b.low, b.high, m.n, b.n_needed,
       greatest(m.unit * sqrt(sum((e.part - m.value * e.whole) ^ 2)) / m.whole, sqrt(b.least * m.unit / m.whole)) AS error
FROM means AS m
JOIN every AS e USING (what, unit)
JOIN bands AS b USING (what)
GROUP BY what, m.unit, m.value, b.low, b.high, m.n, b.n_needed, m.whole, b.least;
