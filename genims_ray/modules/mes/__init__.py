"""Manufacturing execution: production orders and what happened on the way; one file per process."""

from genims_ray.modules.mes.downtime import downtime_events
from genims_ray.modules.mes.inspections import quality_inspections
from genims_ray.modules.mes.labour import labor_time_entries
from genims_ray.modules.mes.materials import material_transactions
from genims_ray.modules.mes.operations import operations
from genims_ray.modules.mes.records import electronic_batch_records
from genims_ray.modules.mes.schedules import production_schedules
from genims_ray.modules.mes.work_orders import work_order_status_history, work_orders
