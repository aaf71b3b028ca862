-- check: Key figures of a month in the range recompute: failures and repair time from the reports, operating hours
--   of machines from the meters, costs from the cost lines; MTBF = operating hours / failures, MTTR = repair hours /
--   failures, availability = MTBF / (MTBF + MTTR); within half a percent.
-- kind: exact
WITH metrics AS (
    SELECT *, period_start_date::timestamp AT TIME ZONE 'UTC' AS since,
           (period_end_date + 1)::timestamp AT TIME ZONE 'UTC' AS until
    FROM cmms.asset_reliability_metrics
    WHERE period_start_date::timestamp AT TIME ZONE 'UTC' >= :from AND created_at < :to
), reports AS (
    SELECT m.metric_id, count(*) AS failures, sum(r.active_repair_hours) AS hours
    FROM metrics AS m
    JOIN cmms.failure_reports AS r ON r.asset_id = m.asset_id AND r.created_at >= m.since AND r.created_at < m.until
    WHERE r.failure_impact = 'critical'
    GROUP BY m.metric_id
), costs AS (
    SELECT m.metric_id, sum(c.cost_amount) AS cost
    FROM metrics AS m
    JOIN cmms.maintenance_costs AS c ON c.asset_id = m.asset_id AND c.cost_date >= m.since AND c.cost_date < m.until
    GROUP BY m.metric_id
), meters AS (
    SELECT m.metric_id, max(e.meter_value) - min(b.meter_value) AS hours
    FROM metrics AS m
    JOIN cmms.equipment_meter_readings AS b
        ON b.asset_id = m.asset_id AND b.meter_unit = 'h' AND b.reading_source = 'controller'
        AND (b.reading_id >> 16) & 1048575 = m.period_start_date - date '1970-01-01'
    JOIN cmms.equipment_meter_readings AS e
        ON e.asset_id = m.asset_id AND e.meter_unit = 'h' AND e.reading_source = 'controller'
        AND (e.reading_id >> 16) & 1048575 = m.period_end_date + 1 - date '1970-01-01'
    GROUP BY m.metric_id
)
SELECT m.asset_id, m.period_start_date, m.number_of_failures, r.failures, m.repair_hours, r.hours AS reported_hours,
       m.operating_hours, meters.hours AS metered_hours, m.mtbf_hours, m.mttr_hours, m.availability_pct,
       m.total_maintenance_cost, c.cost
FROM metrics AS m
LEFT JOIN reports AS r USING (metric_id)
LEFT JOIN costs AS c USING (metric_id)
LEFT JOIN meters USING (metric_id)
WHERE m.number_of_failures <> coalesce(r.failures, 0)
    OR abs(m.repair_hours - coalesce(r.hours, 0)) > 0.02 + 0.005 * coalesce(r.hours, 0)
    OR abs(m.operating_hours - meters.hours) > 0.02 + 0.005 * meters.hours
    OR abs(m.mtbf_hours * m.number_of_failures - m.operating_hours) > 0.005 * m.operating_hours
    OR abs(m.mttr_hours * m.number_of_failures - m.repair_hours) > 0.02
    OR abs(m.availability_pct / 100 * (m.operating_hours + m.repair_hours) - m.operating_hours) > 0.02
    OR m.total_maintenance_cost <> coalesce(c.cost, 0);
