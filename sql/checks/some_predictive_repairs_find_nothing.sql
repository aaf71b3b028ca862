-- check: About one in twenty repairs planned on an alert finds no fault, because the sensor was at fault.
-- kind: statistic
-- rare: 90 days of 200 machines have about 70 repairs planned on an alert
SELECT avg((activity_code = 'inspect')::integer) AS value, 0.01 AS low, 0.13 AS high, count(*) AS n, 60 AS n_needed
FROM cmms.work_orders
WHERE wo_type = 'predictive' AND actual_end_date >= :from AND actual_end_date < :to;
