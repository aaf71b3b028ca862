-- check: No component has more operating hours than hours have passed since it was built in.
-- kind: exact
SELECT asset_component_id, asset_id, component, installed_at, removed_at, operating_hours_at_removal
FROM cmms.asset_components
WHERE removed_at >= :from AND removed_at < :to
    AND operating_hours_at_removal > extract(epoch FROM removed_at - installed_at) / 3600 + 0.01;
