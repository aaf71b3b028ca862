-- check: Electrical power tells whether a machine runs: their correlation exceeds 0.8 on nine machines of ten.
-- kind: statistic
-- rare: a machine that stands almost never has no correlation
WITH machines AS (
    SELECT machine_id, corr(power_consumption_kw, (machine_state = 'running')::integer) AS r, count(*) AS messages
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :from AND "timestamp" < :to
    GROUP BY machine_id
    HAVING count(*) FILTER (WHERE machine_state <> 'running') >= 30
        AND count(*) FILTER (WHERE machine_state = 'running') >= 30
)
SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY r) AS value, 0.8 AS low, NULL::double precision AS high,
       sum(messages) AS n, 2000 AS n_needed
FROM machines;
