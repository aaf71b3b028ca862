-- check: Maintenance costs between 2 and 4 % of the replacement value of the assets in a year.
-- kind: statistic
-- rare: the parts of a month vary with a few dear repairs
SELECT c.cost / a.value * 31557600 / extract(epoch FROM :to - :from) AS value, 0.02 AS low, 0.04 AS high, c.n,
       -- Lines spread by about their double: 3.3 standard errors make a tenth of the middle.
       ceil((3.3 / 0.1) ^ 2 * 4) AS n_needed
FROM (SELECT sum(cost_amount)::double precision AS cost, count(*) AS n FROM cmms.maintenance_costs
      WHERE cost_date >= :from AND cost_date < :to) AS c
CROSS JOIN (SELECT sum(replacement_cost)::double precision AS value FROM cmms.maintenance_assets) AS a;
