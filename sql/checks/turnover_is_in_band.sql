-- check: Between 12 and 28 % of the people leave in a year.
-- kind: statistic
-- values: at least 0
-- rare: 500 people have 22 exits in 90 days
SELECT left_.n / nullif(held.n * extract(epoch FROM :to - :from) / 86400 / 365.25, 0) AS value, 0.12 AS low, 0.28 AS high,
       left_.n AS n, 20 AS n_needed,
       sqrt(left_.n) / nullif(held.n * extract(epoch FROM :to - :from) / 86400 / 365.25, 0) AS error
FROM (
    SELECT count(*) AS n
    FROM hr.employee_employment_history
    WHERE change_type = 'termination' AND effective_date >= :from::date AND effective_date < :to::date
) AS left_
CROSS JOIN (SELECT count(*) AS n FROM hr.positions WHERE position_status = 'filled') AS held;
