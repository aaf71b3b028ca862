-- check: Between 25 and 45 % of the technicians' orders answer a failure or a stop.
-- kind: statistic
SELECT avg((source_type = 'machine_fault' OR wo_type = 'breakdown')::integer) AS value, 0.25 AS low, 0.45 AS high,
       count(*) AS n, ceil((3.3 / 0.1) ^ 2 * 0.35 * 0.65) AS n_needed
FROM cmms.work_orders
WHERE requested_date >= :from AND requested_date < :to AND wo_status <> 'cancelled';
