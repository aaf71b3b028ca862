-- check: Key figures of a factory's production day are those of the documents of the day: non-conformances opened,
--   closed and open, complaints, incoming lots, processes in control, and the four costs.
-- kind: exact
WITH days AS (
    SELECT k.*, k.created_at - interval '1 hour' AS closes,
           lag(k.created_at - interval '1 hour') OVER (PARTITION BY k.factory_id ORDER BY k.kpi_date) AS opens
    FROM qms.quality_kpis AS k
    WHERE k.created_at >= :from AND k.created_at < :to
), found AS (
    SELECT d.factory_id, d.kpi_date,
           (SELECT count(*) FROM qms.ncr_headers AS n
            WHERE n.factory_id = d.factory_id AND n.created_at >= d.opens AND n.created_at < d.closes) AS opened,
           (SELECT count(*) FROM qms.ncr_headers AS n
            WHERE n.factory_id = d.factory_id AND n.closed_date >= d.opens AND n.closed_date < d.closes) AS closed,
           (SELECT count(*) FROM qms.ncr_headers AS n
            WHERE n.factory_id = d.factory_id AND n.created_at < d.closes
                AND (n.closed_date >= d.closes OR n.closed_date IS NULL)) AS still_open,
           (SELECT count(*) FROM qms.customer_complaints AS c
            WHERE c.factory_id = d.factory_id AND c.complaint_date >= d.opens AND c.complaint_date < d.closes) AS complaints,
           (SELECT count(*) FROM qms.incoming_inspection_lots AS l
            WHERE l.factory_id = d.factory_id AND l.decided_at >= d.opens AND l.decided_at < d.closes) AS decided,
           (SELECT count(*) FROM qms.incoming_inspection_lots AS l
            WHERE l.factory_id = d.factory_id AND l.decided_at >= d.opens AND l.decided_at < d.closes
                AND l.quantity_rejected > 0) AS rejected,
           (SELECT coalesce(sum(e.amount), 0) FROM qms.quality_cost_entries AS e
            WHERE e.factory_id = d.factory_id AND e.entry_date >= d.opens AND e.entry_date < d.closes) AS cost
    FROM days AS d
    WHERE d.opens IS NOT NULL
), charts AS (
    SELECT d.factory_id, d.kpi_date, count(*) AS seen, count(*) FILTER (WHERE p.broken) AS broken
    FROM days AS d
    JOIN LATERAL (
        SELECT p.chart_id, bool_or(p.violation_type IS NOT NULL) AS broken
        FROM qms.spc_data_points AS p
        JOIN qms.spc_control_charts AS c USING (chart_id)
        WHERE c.line_id / 100 = d.factory_id AND p.measurement_timestamp >= d.opens AND p.measurement_timestamp < d.closes
        GROUP BY p.chart_id
    ) AS p ON true
    GROUP BY d.factory_id, d.kpi_date
)
SELECT d.factory_id, d.kpi_date, d.ncr_opened, f.opened, d.ncr_closed, f.closed, d.ncr_open_count, f.still_open,
       d.customer_complaints, f.complaints, d.incoming_lots_decided, f.decided, d.total_coq, f.cost, d.processes_total,
       c.seen
FROM days AS d
JOIN found AS f USING (factory_id, kpi_date)
LEFT JOIN charts AS c USING (factory_id, kpi_date)
WHERE (d.ncr_opened, d.ncr_closed, d.ncr_open_count, d.customer_complaints, d.incoming_lots_decided,
       d.incoming_lots_rejected, d.total_coq, d.processes_total, d.processes_total - d.processes_in_control)
    IS DISTINCT FROM (f.opened::integer, f.closed::integer, f.still_open::integer, f.complaints::integer, f.decided::integer,
       f.rejected::integer, f.cost, coalesce(c.seen, 0)::integer, coalesce(c.broken, 0)::integer);
