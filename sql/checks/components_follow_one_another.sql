-- check: In each place of an asset one component follows the other without a gap: the order that takes one out puts
--   the next one in, when it has ended; the last one is in use.
-- kind: exact
SELECT asset_id, position, asset_component_id, installed_at, installed_by_work_order_id, taken_out_by, removed_at
FROM (
    SELECT c.asset_id, c.position, c.asset_component_id, c.installed_at, c.installed_by_work_order_id, c.removed_at,
           lag(c.removed_by_work_order_id) OVER place AS taken_out_by, lag(c.removed_at) OVER place AS taken_out_at,
           lag(c.asset_component_id) OVER place AS before, lead(c.asset_component_id) OVER place AS after,
           w.actual_end_date
    FROM cmms.asset_components AS c
    LEFT JOIN cmms.work_orders AS w ON w.maintenance_work_order_id = c.installed_by_work_order_id
    WINDOW place AS (PARTITION BY c.asset_id, c.position ORDER BY c.installed_at)
) AS life
WHERE (before IS NULL) <> (installed_by_work_order_id IS NULL)
    OR (after IS NULL) <> (removed_at IS NULL)
    OR installed_by_work_order_id IS DISTINCT FROM taken_out_by
    OR installed_at < taken_out_at
    OR installed_at <> actual_end_date;
