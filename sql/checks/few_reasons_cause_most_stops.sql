-- check: The first fifth of the defect codes, and of the reasons of downtime, accounts for 65 to 85 % of the
--   count (Pareto).
-- kind: statistic
-- values: 0 to 1
--
-- Lines have their own chronic defects and weak machines: they are the entities.
WITH counted AS (
    SELECT 'defects' AS what, o.line_id, i.defect_code AS reason, sum(i.defects_found) AS n
    FROM mes.quality_inspections AS i
    JOIN mes.work_orders AS o USING (work_order_id)
    WHERE i.defect_code IS NOT NULL AND i.inspection_time >= :from AND i.inspection_time < :to
    GROUP BY o.line_id, i.defect_code
    UNION ALL
    SELECT 'downtime', line_id, reason_code, count(*)
    FROM mes.downtime_events
    WHERE downtime_start >= :from AND downtime_start < :to
    GROUP BY line_id, reason_code
), reasons AS (
    SELECT what, reason, 0.2 * count(*) OVER (PARTITION BY what) AS fifth,
           row_number() OVER (PARTITION BY what ORDER BY sum(n) DESC, reason) AS rank
    FROM counted
    GROUP BY what, reason
), lines AS (
    -- A fifth of 24 codes is four and 0.8 of the fifth.
    SELECT what, line_id, sum(n) AS whole, sum(n * greatest(0, least(1, fifth - rank + 1))) AS part
    FROM counted
    JOIN reasons USING (what, reason)
    GROUP BY what, line_id
), every AS (
    SELECT what, sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n,
           (SELECT 100 * count(*) FROM reasons AS r WHERE r.what = l.what) AS enough
    FROM lines AS l
    GROUP BY what
)
-- Rare codes lengthen the tail only once they were seen: a hundred of each.
SELECT e.what, e.value, 0.65 AS low, 0.85 AS high, CASE WHEN e.whole < e.enough THEN e.whole ELSE e.n END AS n,
       CASE WHEN e.whole < e.enough THEN e.enough ELSE 8 END AS n_needed,
       sqrt(sum((l.part - e.value * l.whole) ^ 2)) / e.whole AS error
FROM every AS e
JOIN lines AS l USING (what)
GROUP BY e.what, e.value, e.whole, e.n, e.enough;
