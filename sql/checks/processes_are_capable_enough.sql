-- check: The median Cpk lies between 1.2 and 1.5, and 8 to 15 % of the processes are below 1.0.
-- kind: statistic
-- values: any; share below 1.0: 0 to 1
WITH charts AS (
    SELECT cpk
    FROM qms.spc_control_charts
    WHERE last_calculation_date >= :from AND last_calculation_date < :to
), shares AS (
    SELECT count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY cpk) AS median,
           percentile_cont(0.75) WITHIN GROUP (ORDER BY cpk) - percentile_cont(0.25) WITHIN GROUP (ORDER BY cpk) AS spread,
           avg((cpk < 1.0)::integer) AS below
    FROM charts
)
-- A median has a standard error of 1.25 standard deviations, of 1 / 1.349 of the spread of the quartiles, / sqrt(n).
SELECT 'median Cpk' AS what, median AS value, 1.2 AS low, 1.5 AS high, n, 50 AS n_needed,
       1.25 * spread / 1.349 / sqrt(greatest(n, 1)) AS error
FROM shares
UNION ALL
SELECT 'share below 1.0', below, 0.08, 0.15, n, 50, sqrt(0.115 * 0.885 / greatest(n, 1))
FROM shares;
