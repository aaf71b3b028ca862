-- check: Every point of a control chart carries the first Western Electric rule that it breaks, recomputed from
--   the points before it and the frozen limits; after a standstill of more than a day the runs begin anew.
-- kind: exact
--
-- Moving ranges and runs need the points before: those of nine days before the range are read for them.
WITH points AS (
    SELECT p.chart_id, p.subgroup_number, p.measurement_timestamp AS at, p.violation_type, p.measurement_value AS value,
           p.range_value, c.subgroup_size, c.range_upper_control_limit AS range_limit,
           (p.measurement_value - c.center_line) / (c.upper_control_limit - c.center_line) * 3.0 AS z
    FROM qms.spc_data_points AS p
    JOIN qms.spc_control_charts AS c USING (chart_id)
    WHERE p.measurement_timestamp >= (:from) - interval '9 days' AND p.measurement_timestamp < :to
), runs AS (
    SELECT *, row_number() OVER chart AS place, lag(value) OVER chart AS value_before,
           count(*) FILTER (WHERE opens) OVER chart AS run
    FROM (
        SELECT *, at - lag(at) OVER (PARTITION BY chart_id ORDER BY at) > interval '1 day' AS opens FROM points
    ) AS gaps
    WINDOW chart AS (PARTITION BY chart_id ORDER BY at)
), counted AS (
    SELECT *,
           count(*) FILTER (WHERE z > 2.0) OVER two AS above2, count(*) FILTER (WHERE z < -2.0) OVER two AS below2,
           count(*) FILTER (WHERE z > 1.0) OVER four AS above1, count(*) FILTER (WHERE z < -1.0) OVER four AS below1,
           count(*) FILTER (WHERE z > 0.0) OVER seven AS above, count(*) FILTER (WHERE z < -0.0) OVER seven AS below
    FROM runs
    WINDOW two AS (PARTITION BY chart_id, run ORDER BY at ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING),
        four AS (PARTITION BY chart_id, run ORDER BY at ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING),
        seven AS (PARTITION BY chart_id, run ORDER BY at ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)
), judged AS (
    SELECT chart_id, subgroup_number, at, violation_type, z, place,
           CASE WHEN abs(z) > 3.0 THEN 'beyond_limit'
                WHEN (z > 2.0 AND above2 >= 1) OR (z < -2.0 AND below2 >= 1) THEN 'two_of_three'
                WHEN (z > 1.0 AND above1 >= 3) OR (z < -1.0 AND below1 >= 3) THEN 'four_of_five'
                WHEN (z > 0.0 AND above >= 7) OR (z < 0.0 AND below >= 7) THEN 'eight_on_one_side'
                WHEN CASE subgroup_size WHEN 1 THEN abs(value - value_before) ELSE range_value END > range_limit
                    THEN 'range_beyond_limit' END AS expected
    FROM counted
)
-- The first eight points that are read of a chart may answer to points before them.
SELECT chart_id, subgroup_number, at, violation_type, expected, z
FROM judged
WHERE place > 8 AND at >= :from AND violation_type IS DISTINCT FROM expected;
