-- check: Electrical power tells whether a machine runs: their correlation exceeds 0.8 on nine machines of ten.
-- kind: statistic
-- values: 0 to 1
-- rare: a machine that stands almost never has no correlation
WITH machines AS (
    SELECT machine_id, corr(power_consumption_kw, (machine_state = 'running')::integer) AS r, count(*) AS messages
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
    GROUP BY machine_id
    HAVING count(*) FILTER (WHERE machine_state <> 'running') >= 30
        AND count(*) FILTER (WHERE machine_state = 'running') >= 30
)
-- Nine of ten: a sensor that is stuck for days, or a machine that hardly ever stands, is no mistake.
SELECT avg(coalesce(r > 0.8, false)::integer) AS value, 0.9 AS low, NULL::numeric AS high, count(*) AS n, 20 AS n_needed,
       sqrt(0.9 * 0.1 / greatest(count(*), 1)) AS error
FROM machines;
