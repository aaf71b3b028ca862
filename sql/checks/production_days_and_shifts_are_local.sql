-- check: Production day and shift of runs, time entries and inspections are those of the factory's clock, also
--   when the clocks change; the production day begins at 06:00.
-- kind: exact
WITH recorded AS (
    SELECT 'production_runs' AS of_table, run_id AS key, line_id / 100 AS factory_id, run_start_time AS at,
           production_date, shift_id::integer AS shift
    FROM operations.production_runs
    WHERE run_start_time >= :from AND run_start_time < :to
    UNION ALL
    SELECT 'labor_time_entries', labor_entry_id, line_id / 100, start_time, production_date,
           strpos('ELN', shift_code)
    FROM mes.labor_time_entries
    WHERE start_time >= :from AND start_time < :to
    UNION ALL
    SELECT 'quality_inspections', i.inspection_id, o.factory_id, i.inspection_time, i.production_date,
           strpos('ELN', i.shift_code)
    FROM mes.quality_inspections AS i
    JOIN mes.work_orders AS o USING (work_order_id)
    WHERE i.inspection_time >= :from AND i.inspection_time < :to
)
SELECT recorded.*, f.timezone
FROM recorded
LEFT JOIN master.factories AS f USING (factory_id)
CROSS JOIN LATERAL (SELECT (recorded.at AT TIME ZONE f.timezone) - interval '6 hours' AS at) AS local
WHERE f.factory_id IS NULL
    OR local.at::date <> recorded.production_date
    OR 1 + extract(hour FROM local.at)::integer / 8 <> recorded.shift;
