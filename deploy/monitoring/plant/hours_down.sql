-- Hours down by reason
-- Hours in which machines did not produce, by category; the longest first.
SELECT downtime_category AS category,
       round(sum(duration_seconds) FILTER (WHERE duration_seconds IS NOT NULL) / 3600.0, 1) AS hours
FROM mes.downtime_events
WHERE downtime_start > (SELECT max(run_start_time) FROM operations.production_runs) - interval '$days days'
GROUP BY downtime_category ORDER BY hours DESC NULLS LAST
