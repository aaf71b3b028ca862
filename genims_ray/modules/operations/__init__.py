"""Operations technology: what the machines' controllers and sensors record."""

from genims_ray.modules.operations.faults import machine_faults
from genims_ray.modules.operations.health import sensor_health
from genims_ray.modules.operations.maintenance import maintenance_events
from genims_ray.modules.operations.runs import production_runs
from genims_ray.modules.operations.scada import scada_machine_data
from genims_ray.modules.operations.sensors import sensor_data
