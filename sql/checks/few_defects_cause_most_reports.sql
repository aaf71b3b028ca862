-- check: The first fifth of the defects found accounts for 65 to 85 % of the defects of all non-conformances (Pareto).
-- kind: statistic
WITH counted AS (
    SELECT defect_code_id, count(*) AS n
    FROM qms.ncr_defect_details
    WHERE created_at >= :from AND created_at < :to
    GROUP BY defect_code_id
), ranked AS (
    SELECT n, 0.2 * count(*) OVER () AS fifth, row_number() OVER (ORDER BY n DESC, defect_code_id) AS rank
    FROM counted
)
SELECT sum(n * greatest(0, least(1, fifth - rank + 1))) / sum(n) AS value, 0.65 - 3.3 * sqrt(0.2 / sum(n)) AS low,
       0.85 + 3.3 * sqrt(0.2 / sum(n)) AS high, sum(n) AS n, 1500 AS n_needed
FROM ranked;
