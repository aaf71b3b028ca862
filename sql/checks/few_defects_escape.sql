-- check: 20 to 60 of a million parts made come back as justified complaints about a defect.
-- kind: statistic
-- values: 0 to 1000000
--
-- A complaint is about 4.3 parts, so their number varies as that of the complaints does, times 1.9.
WITH escaped AS (
    SELECT sum(quantity_affected) AS parts, count(*) AS complaints
    FROM qms.customer_complaints
    WHERE complaint_type = 'defect' AND is_justified AND resolution_date >= :from AND resolution_date < :to
), made AS (
    SELECT sum(parts_produced) AS parts FROM qms.quality_kpis WHERE created_at >= :from AND created_at < :to
)
SELECT 1000000.0 * e.parts / nullif(m.parts, 0) AS value, 20 AS low, 60 AS high, e.complaints AS n, 20 AS n_needed,
       40 * 1.9 / sqrt(greatest(e.complaints, 1)) AS error
FROM escaped AS e, made AS m;
