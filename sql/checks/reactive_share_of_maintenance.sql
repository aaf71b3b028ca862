-- check: Between 25 and 45 % of the technicians' orders answer a failure or a stop.
-- kind: statistic
-- values: 0 to 1
--
-- Machines wear and stop differently: they, and the utilities, are the entities.
WITH assets AS (
    SELECT asset_id, count(*) AS whole,
           count(*) FILTER (WHERE source_type = 'machine_fault' OR wo_type = 'breakdown') AS part
    FROM cmms.work_orders
    WHERE requested_date >= :from AND requested_date < :to AND wo_status <> 'cancelled'
    GROUP BY asset_id
), every AS (
    SELECT sum(part) / sum(whole) AS value, sum(whole) AS whole, count(*) AS n FROM assets
)
SELECT e.value, 0.25 AS low, 0.45 AS high, e.n, 20 AS n_needed,
       sqrt(sum((a.part - e.value * a.whole) ^ 2)) / e.whole AS error
FROM every AS e
CROSS JOIN assets AS a
GROUP BY e.value, e.whole, e.n;
