-- check: Electrical power tells whether a machine runs: their correlation exceeds 0.8 on nine machines of ten.
-- kind: statistic
-- values: 0 to 1
-- rare: a machine that stands almost never has no correlation
-- uses: machine_shifts
WITH machines AS (
    SELECT machine_id, sum(messages) AS n, sum(running_messages) AS running, sum(power) AS power,
           sum(power_squares) AS squares, coalesce(sum(power_running), 0) AS power_running
    FROM machine_shifts
    GROUP BY machine_id
    HAVING sum(messages) - sum(running_messages) >= 30 AND sum(running_messages) >= 30
), correlated AS (
    -- Power that does not vary, but for rounding, has no correlation.
    SELECT machine_id, CASE WHEN n * squares - power ^ 2 > 1e-9 * n * squares THEN (n * power_running - running * power)
               / sqrt((n * squares - power ^ 2) * (n * running - running ^ 2)) END AS r
    FROM machines
)
-- Nine of ten: a sensor that is stuck for days, or a machine that hardly ever stands, is no mistake.
SELECT avg(coalesce(r > 0.8, false)::integer) AS value, 0.9 AS low, NULL::numeric AS high, count(*) AS n, 20 AS n_needed,
       sqrt(0.9 * 0.1 / greatest(count(*), 1)) AS error
FROM correlated;
