-- Machines down
-- Machines that stand still for a breakdown, repair or changeover at the end of what is loaded.
SELECT count(DISTINCT machine_id) AS "machines down"
FROM mes.downtime_events
WHERE downtime_end IS NULL AND downtime_category <> 'starved'
