-- check: Cp, Cpk, Pp and Ppk of every control chart are those of the points on which they say they are based.
-- kind: exact
WITH measured AS (
    SELECT c.chart_id, c.subgroup_size, c.lower_spec_limit, c.upper_spec_limit, c.cp, c.cpk, c.pp, c.ppk,
           avg(p.measurement_value) AS mean, var_pop(p.measurement_value) AS between_means,
           avg(p.range_value) / CASE c.subgroup_size WHEN 1 THEN 1.128 WHEN 2 THEN 1.128 WHEN 3 THEN 1.693 WHEN 4 THEN 2.059
               WHEN 5 THEN 2.326 WHEN 6 THEN 2.534 WHEN 7 THEN 2.704 WHEN 8 THEN 2.847 WHEN 9 THEN 2.970 ELSE 3.078 END AS within
    FROM qms.spc_control_charts AS c
    JOIN qms.spc_data_points AS p
        ON p.chart_id = c.chart_id AND p.measurement_timestamp >= c.capability_from
        AND p.measurement_timestamp < c.last_calculation_date
    WHERE c.last_calculation_date >= :from AND c.last_calculation_date < :to
    GROUP BY c.chart_id
), computed AS (
    SELECT *, sqrt(between_means + within ^ 2 * (1 - 1.0 / subgroup_size)) AS overall,
           least(upper_spec_limit - mean, mean - lower_spec_limit) AS least_room
    FROM measured
)
SELECT chart_id, cp, cpk, pp, ppk, least_room / (3 * within) AS expected_cpk, least_room / (3 * overall) AS expected_ppk
FROM computed
WHERE abs(cpk - least_room / (3 * within)) > 1e-6 OR abs(ppk - least_room / (3 * overall)) > 1e-6
    OR abs(cp - (upper_spec_limit - lower_spec_limit) / (6 * within)) > 1e-6
    OR abs(pp - (upper_spec_limit - lower_spec_limit) / (6 * overall)) > 1e-6;
