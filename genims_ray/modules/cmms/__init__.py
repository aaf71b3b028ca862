"""Computerised maintenance management: assets, plans, orders, spare parts, costs and reliability."""

from genims_ray.modules.cmms.assets import asset_components, equipment_meter_readings, maintenance_assets, pm_schedules
from genims_ray.modules.cmms.catalogues import failure_codes, mro_parts, work_procedures
from genims_ray.modules.cmms.condition import condition_monitoring_alerts, failure_reports
from genims_ray.modules.cmms.costs import labor_time_entries, maintenance_costs, mro_parts_transactions
from genims_ray.modules.cmms.history import asset_reliability_metrics, maintenance_history
from genims_ray.modules.cmms.organisation import maintenance_cost_centers, maintenance_teams, maintenance_technicians
from genims_ray.modules.cmms.service import service_call_logs, service_contracts
from genims_ray.modules.cmms.work_orders import pm_generation_log, work_order_tasks, work_orders
