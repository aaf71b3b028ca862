-- check: The median Cpk lies between 1.2 and 1.5, and 8 to 15 % of the processes are below 1.0.
-- kind: statistic
WITH charts AS (
    SELECT cpk
    FROM qms.spc_control_charts
    WHERE last_calculation_date >= :from AND last_calculation_date < :to
), shares AS (
    SELECT count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY cpk) AS median,
           avg((cpk < 1.0)::integer) AS below
    FROM charts
)
SELECT 'median Cpk' AS what, median AS value, 1.2 AS low, 1.5 AS high, n, 100 AS n_needed
FROM shares
UNION ALL
SELECT 'share below 1.0', below, 0.08 - 3.3 * sqrt(0.115 * 0.885 / greatest(n, 1)),
       0.15 + 3.3 * sqrt(0.115 * 0.885 / greatest(n, 1)), n, 300
FROM shares;
