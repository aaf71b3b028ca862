-- check: Figures of a supplier's month are those of its inspection lots and non-conformances: lots inspected and
--   rejected, specimens and their defects, quantity rejected, reports opened, and what those closed have cost.
-- kind: exact
--
-- Months that began before what is looked at are left out. Deliveries without an inspection lot are purchasing's.
WITH months AS (
    SELECT *, metric_period::timestamp AT TIME ZONE 'UTC' AS begins,
           (metric_period + interval '1 month') AT TIME ZONE 'UTC' AS ends
    FROM qms.supplier_quality_metrics
    WHERE created_at >= :from AND created_at < :to AND metric_period::timestamp AT TIME ZONE 'UTC' >= :from
), lots AS (
    SELECT m.metric_id, count(*) FILTER (WHERE l.sample_size > 0) AS inspected,
           count(*) FILTER (WHERE l.quantity_rejected > 0) AS rejected, coalesce(sum(l.quantity_rejected), 0) AS quantity,
           coalesce(sum(l.sample_size), 0) AS specimens,
           coalesce(sum(l.critical_defects + l.major_defects + l.minor_defects), 0) AS defects, count(*) AS n
    FROM months AS m
    JOIN qms.incoming_inspection_lots AS l
        ON l.supplier_id = m.supplier_id AND l.created_at >= m.begins AND l.created_at < m.ends
    GROUP BY m.metric_id
), reports AS (
    SELECT m.metric_id, count(*) AS n
    FROM months AS m
    JOIN qms.ncr_headers AS h
        ON h.supplier_id = m.supplier_id AND h.created_at >= m.begins AND h.created_at < m.ends
    GROUP BY m.metric_id
), closed AS (
    SELECT m.metric_id, sum(h.scrap_cost) AS scrap, sum(h.rework_cost) AS rework, sum(h.sorting_cost) AS sorting
    FROM months AS m
    JOIN qms.ncr_headers AS h
        ON h.supplier_id = m.supplier_id AND h.closed_date >= m.begins AND h.closed_date < m.ends
    GROUP BY m.metric_id
)
SELECT m.supplier_id, m.metric_period, m.receipts_inspected, l.inspected, m.receipts_rejected, l.rejected,
       m.quantity_rejected, l.quantity, m.ncr_count, r.n AS reports,
       m.rejection_cost, c.scrap, m.rework_cost, c.rework, m.sorting_cost, c.sorting
FROM months AS m
LEFT JOIN lots AS l USING (metric_id)
LEFT JOIN reports AS r USING (metric_id)
LEFT JOIN closed AS c USING (metric_id)
WHERE m.receipts_inspected <> coalesce(l.inspected, 0) OR m.receipts_rejected <> coalesce(l.rejected, 0)
    OR m.quantity_rejected <> coalesce(l.quantity, 0) OR m.specimens_inspected <> coalesce(l.specimens, 0)
    OR m.critical_defects + m.major_defects + m.minor_defects <> coalesce(l.defects, 0)
    OR m.ncr_count <> coalesce(r.n, 0) OR m.total_receipts < coalesce(l.n, 0)
    OR m.rejection_cost <> coalesce(c.scrap, 0) OR m.rework_cost <> coalesce(c.rework, 0)
    OR m.sorting_cost <> coalesce(c.sorting, 0)
    OR abs(m.defect_ppm - 1000000 * m.quantity_rejected / nullif(m.total_quantity_received, 0)) > 1e-6;
