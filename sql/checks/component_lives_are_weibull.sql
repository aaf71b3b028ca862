-- check: The ages at which components are taken out agree with the Weibull lives of their kind: scale by the mean of
--   (age / scale)^shape, shape by the quartiles of the age, relative to what they should be.
-- kind: statistic
-- values: at least 0
-- rare: the rarer kinds have a few dozen ends in 90 days of 200 machines
-- Lives that end in some time are lives as drawn, for in equilibrium a renewal process ends them as it begins them.
-- A machine's frailty (lognormal, 0.25) weighs frail ones more; the first factory's valves are of mixed lots.
WITH kinds (component, shape, scale) AS (VALUES
    ('bearing', 1.5, 12000), ('motor', 1.2, 9000), ('hydraulic seal', 1.6, 6000), ('hydraulic hose', 1.0, 12000),
    ('pneumatic valve', 1.3, 4000), ('coolant pump', 1.8, 3000), ('servo drive', 2.0, 10000),
    ('power supply', 1.0, 13000)
), loads (asset_type, load) AS (VALUES
    ('cnc', 1.0), ('grinder', 1.0), ('press', 0.95), ('weld_cell', 1.0), ('injection_moulding', 1.0), ('robot', 1.0),
    ('assembly_station', 1.0), ('conveyor', 1.0)
), lives AS (
    SELECT k.component, k.shape, k.scale, c.operating_hours_at_removal / (k.scale * l.load) AS age
    FROM cmms.asset_components AS c
    JOIN cmms.maintenance_assets AS a USING (asset_id)
    JOIN kinds AS k USING (component)
    JOIN loads AS l USING (asset_type)
    WHERE c.removed_at >= :from AND c.removed_at < :to AND a.machine_id IS NOT NULL
        AND NOT (c.component = 'pneumatic valve' AND a.factory_id = (SELECT min(factory_id) FROM cmms.maintenance_assets))
), fitted AS (
    SELECT component, shape, count(*) AS n, avg(age ^ shape) AS mean,
           percentile_cont(0.75) WITHIN GROUP (ORDER BY age) / percentile_cont(0.25) WITHIN GROUP (ORDER BY age) AS spread
    FROM lives
    GROUP BY component, shape
)
-- (age / scale)^shape is exponential, with a frailty; infant mortality takes 3 % away. The mean of n exponentials is
-- gamma, skewed where n is small: its quantiles after Wilson and Hilferty (1931), 4.42 standard deviations out, which a
-- sound plant exceeds once in 100,000 times.
SELECT component || ' scale' AS what, mean / (0.97 * exp(0.03125 * ((shape - 1) ^ 2 - 1))) AS value,
       greatest(1 - 1.0 / (9 * n) - 4.42 * 1.15 / (3 * sqrt(n)), 0) ^ 3 AS low,
       (1 - 1.0 / (9 * n) + 4.42 * 1.15 / (3 * sqrt(n))) ^ 3 AS high, n, 30 AS n_needed
FROM fitted
UNION ALL
-- ln(Q3 / Q1) = 1.5725 / shape; its relative standard error is 1.26 / sqrt(n), twice the quartiles' covariance included.
SELECT component || ' shape', 1.5725 / ln(spread) / shape, exp(-4.42 * 1.26 / sqrt(n)), exp(4.42 * 1.26 / sqrt(n)), n, 30
FROM fitted
WHERE spread > 1;
