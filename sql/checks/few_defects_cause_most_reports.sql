-- check: The first fifth of the defects found accounts for 65 to 85 % of the defects of all non-conformances (Pareto).
-- kind: statistic
-- values: 0 to 1
-- rare: most non-conformances are of a few lines; 1,500 come together in three months of 200 machines
--
-- Lines have their own chronic defects: they, and the materials, are the entities.
WITH counted AS (
    SELECT coalesce(o.line_id, h.material_id, 0) AS entity, d.defect_code_id, count(*) AS n
    FROM qms.ncr_defect_details AS d
    JOIN qms.ncr_headers AS h USING (ncr_header_id)
    LEFT JOIN mes.work_orders AS o USING (work_order_id)
    WHERE d.created_at >= :from AND d.created_at < :to
    GROUP BY entity, d.defect_code_id
), reasons AS (
    SELECT defect_code_id, 0.2 * count(*) OVER () AS fifth, row_number() OVER (ORDER BY sum(n) DESC, defect_code_id) AS rank
    FROM counted
    GROUP BY defect_code_id
), entities AS (
    SELECT entity, sum(n) AS whole, sum(n * greatest(0, least(1, fifth - rank + 1))) AS part
    FROM counted
    JOIN reasons USING (defect_code_id)
    GROUP BY entity
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM entities
)
-- Of fewer defects the rare codes were not seen, and the first fifth is too small.
SELECT e.value, 0.65 AS low, 0.85 AS high, CASE WHEN e.whole < 1500 THEN e.whole ELSE e.n END AS n,
       CASE WHEN e.whole < 1500 THEN 1500 ELSE 20 END AS n_needed,
       sqrt(sum((t.part - e.value * t.whole) ^ 2)) / e.whole AS error
FROM every AS e
CROSS JOIN entities AS t
GROUP BY e.value, e.whole, e.n;
