-- check: Maintenance costs between 2 and 4 % of the replacement value of the assets in a year.
-- kind: statistic
-- values: at least 0
-- rare: the parts of a month vary with a few dear repairs
--
-- Assets are the entities. A few dear repairs make their costs skewed: it takes many, or a long time.
WITH assets AS (
    SELECT a.asset_id, a.replacement_cost * extract(epoch FROM :to - :from) / 31557600 AS whole,
           coalesce(sum(c.cost_amount), 0) AS part
    FROM cmms.maintenance_assets AS a
    LEFT JOIN cmms.maintenance_costs AS c ON c.asset_id = a.asset_id AND c.cost_date >= :from AND c.cost_date < :to
    GROUP BY a.asset_id
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM assets
)
SELECT e.value, 0.02 AS low, 0.04 AS high, e.n, 30 AS n_needed,
       -- It grows with the costs: as large as it were at the end of the band.
       sqrt(sum((a.part - e.value * a.whole) ^ 2)) / e.whole * least(1, 0.04 / nullif(e.value, 0)) AS error
FROM every AS e
CROSS JOIN assets AS a
GROUP BY e.value, e.whole, e.n;
