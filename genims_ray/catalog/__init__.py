"""The schema of every database, read from sql/<module>.sql: the only place where it is written.

`genims catalog list` and `... show mes.work_orders` print it.
"""

from genims_ray.catalog.column import Column
from genims_ray.catalog.load import MODULE_NAMES, Catalog
from genims_ray.catalog.model import Check, Index, ModuleSchema, Reference, Table, View

__all__ = ["MODULE_NAMES", "Catalog", "Check", "Column", "Index", "ModuleSchema", "Reference", "Table", "View"]
