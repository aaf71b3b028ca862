-- check: Keys of assessments, controller messages, runs, faults and maintenance parse back into entity, date
--   and sequence: UTC days of readings, production days of runs, within a day of the start elsewhere.
-- kind: exact
-- samples: of the controller messages, the last day
WITH parsed AS (
    SELECT 'sensor_health' AS of_table, health_id AS key, sensor_id AS entity,
           ("timestamp" AT TIME ZONE 'UTC')::date AS day, 0 AS slack
    FROM operations.sensor_health
    WHERE "timestamp" >= :from AND "timestamp" < :to
    UNION ALL
    SELECT 'scada_machine_data', scada_id, machine_id, ("timestamp" AT TIME ZONE 'UTC')::date, 0
    FROM operations.scada_machine_data
    WHERE "timestamp" >= :to - interval '1 day' AND "timestamp" < :to
    UNION ALL
    SELECT 'production_runs', run_id, line_id, production_date, 0
    FROM operations.production_runs
    WHERE run_start_time >= :from AND run_start_time < :to
    UNION ALL
    SELECT 'machine_faults', fault_id, machine_id, (fault_start_time AT TIME ZONE 'UTC')::date, 1
    FROM operations.machine_faults
    WHERE fault_start_time >= :from AND fault_start_time < :to
    UNION ALL
    SELECT 'maintenance_events', maintenance_id, machine_id, (scheduled_start AT TIME ZONE 'UTC')::date, 2
    FROM operations.maintenance_events
    WHERE created_at >= :from AND created_at < :to
)
SELECT of_table, key, entity, day
FROM parsed
WHERE key >> 36 <> entity
    OR abs(((key >> 16) & 1048575) - (day - date '1970-01-01')) > slack
UNION ALL
SELECT 'production_runs', run_id, line_id, production_date
FROM operations.production_runs
WHERE run_start_time >= :from AND run_start_time < :to
    AND run_number <> 'RUN-L' || line_id || '-' || to_char(production_date, 'YYYYMMDD') || '-'
        || lpad((run_id & 65535)::text, 4, '0');
