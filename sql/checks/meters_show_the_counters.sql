-- check: The cycles that maintenance reads are the parts in the controller's message that the reading names; no meter
--   goes back, and each reading knows the one before it.
-- kind: exact
-- samples: of the controllers' messages, the last day
SELECT r.reading_id, r.asset_id, r.meter_unit, r.reading_date, r.meter_value, r.previous_reading,
       s.parts_produced_cumulative::numeric AS shown
FROM cmms.equipment_meter_readings AS r
JOIN operations.scada_machine_data AS s ON s.scada_id = r.scada_id
WHERE r.meter_unit = 'cycles' AND r.reading_date >= :to - interval '1 day' AND r.reading_date < :to
    AND s."timestamp" >= :to - interval '1 day' AND s."timestamp" < :to
    AND s.parts_produced_cumulative <> r.meter_value
UNION ALL
SELECT reading_id, asset_id, meter_unit, reading_date, meter_value, previous_reading, before
FROM (
    SELECT *, lag(meter_value) OVER (PARTITION BY asset_id, meter_unit ORDER BY reading_date) AS before
    FROM cmms.equipment_meter_readings
) AS reading
WHERE previous_reading IS DISTINCT FROM before;
