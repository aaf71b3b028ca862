-- Scrap by product
-- Parts scrapped of those made; the ten worst.
SELECT p.product_name AS product, sum(r.actual_quantity) AS made, sum(r.scrapped_quantity) AS scrapped,
       round(100.0 * sum(r.scrapped_quantity) / nullif(sum(r.actual_quantity), 0), 2) AS scrap_percent
FROM operations.production_runs AS r
JOIN master.products AS p USING (product_id)
WHERE r.status = 'completed'
  AND r.run_start_time > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY p.product_name ORDER BY scrap_percent DESC NULLS LAST LIMIT 10
