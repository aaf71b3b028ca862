-- check: The first fifth of the defect codes, and of the reasons of downtime, accounts for 65 to 85 % of the
--   count (Pareto).
-- kind: statistic
WITH counted AS (
    SELECT 'defects' AS what, defect_code AS reason, sum(defects_found) AS n
    FROM mes.quality_inspections
    WHERE defect_code IS NOT NULL AND inspection_time >= :from AND inspection_time < :to
    GROUP BY defect_code
    UNION ALL
    SELECT 'downtime', reason_code, count(*)
    FROM mes.downtime_events
    WHERE downtime_start >= :from AND downtime_start < :to
    GROUP BY reason_code
), ranked AS (
    SELECT what, n, 0.2 * count(*) OVER (PARTITION BY what) AS fifth,
           row_number() OVER (PARTITION BY what ORDER BY n DESC, reason) AS rank
    FROM counted
)
-- A fifth of 24 codes is four and 0.8 of the fifth. Rare codes lengthen the tail only once they were seen.
SELECT what, sum(n * greatest(0, least(1, fifth - rank + 1))) / sum(n) AS value, 0.65 AS low, 0.85 AS high,
       sum(n) AS n, greatest(ceil((3.3 / 0.1) ^ 2 * 0.75 * 0.25), 100 * count(*)) AS n_needed
FROM ranked
GROUP BY what;
