-- check: What maintenance reads at a controller is in the message that the reading names: of that machine and instant,
--   with the parts made so far as its cycles. No meter goes back, and each reading knows the one before it.
-- kind: exact
-- covers: references of cmms.equipment_meter_readings
WITH readings AS MATERIALIZED (
    SELECT reading_id, asset_id, meter_unit, reading_date, meter_value, scada_id
    FROM cmms.equipment_meter_readings
    WHERE scada_id IS NOT NULL AND reading_date >= :from AND reading_date < :to
), messages AS MATERIALIZED (
    SELECT m.*
    FROM (SELECT DISTINCT reading_date FROM readings) AS r
    CROSS JOIN LATERAL (  -- the few messages of these instants only
        SELECT scada_id, machine_id, "timestamp", parts_produced_cumulative
        FROM operations.scada_machine_data
        WHERE "timestamp" = r.reading_date
        OFFSET 0
    ) AS m
)
SELECT r.reading_id, r.asset_id, r.meter_unit, r.reading_date, r.meter_value, NULL::numeric AS previous_reading,
       m.parts_produced_cumulative::numeric AS shown
FROM readings AS r
LEFT JOIN messages AS m ON m.scada_id = r.scada_id AND m.machine_id = r.asset_id AND m."timestamp" = r.reading_date
WHERE m.scada_id IS NULL OR (r.meter_unit = 'cycles' AND m.parts_produced_cumulative <> r.meter_value)
UNION ALL
SELECT reading_id, asset_id, meter_unit, reading_date, meter_value, previous_reading, before
FROM (
    SELECT *, lag(meter_value) OVER (PARTITION BY asset_id, meter_unit ORDER BY reading_date) AS before
    FROM cmms.equipment_meter_readings
) AS reading
WHERE previous_reading IS DISTINCT FROM before;
