-- check: About one in twenty repairs planned on an alert finds no fault, because the sensor was at fault.
-- kind: statistic
-- values: 0 to 1
-- rare: 90 days of 200 machines have about 80 repairs planned on an alert
WITH repairs AS (
    SELECT count(*) FILTER (WHERE activity_code = 'inspect') AS for_nothing, greatest(count(*), 1)::double precision AS n
    FROM cmms.work_orders
    WHERE wo_type = 'predictive' AND actual_end_date >= :from AND actual_end_date < :to
)
-- The square root of a count has a standard deviation of a half, whatever its mean: 4.42 of them, which a sound plant
-- exceeds once in 100,000 times, make 2.21.
SELECT for_nothing / n AS value, greatest(sqrt(0.03 * n) - 2.21, 0) ^ 2 / n AS low, (sqrt(0.07 * n) + 2.21) ^ 2 / n AS high,
       n::bigint AS n, 150 AS n_needed
FROM repairs;
