-- check: Time on maintenance orders is booked by people while they are technicians: from the first day in maintenance
--   to the night shift of the last.
-- kind: exact
SELECT b.labor_entry_id, t.technician_id, b.start_time, t.valid_from, t.valid_to
FROM cmms.labor_time_entries AS b
JOIN cmms.maintenance_technicians AS t USING (technician_id)
WHERE b.start_time >= :from AND b.end_time < :to
    AND (b.start_time < t.valid_from OR b.end_time > t.valid_to + interval '2 days');
