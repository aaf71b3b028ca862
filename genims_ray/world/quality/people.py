"""Who does what in the quality system."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genims_ray.world.enterprise import Enterprise
from genims_ray.world.labour import Labour
from genims_ray.world.window import DAY

Ints = NDArray[np.int64]


class QualityStaff:
    """Engineers of the group, inspectors and managers of the factories."""

    def __init__(self, enterprise: Enterprise, labour: Labour) -> None:
        e = enterprise.employees
        self._labour = labour
        self._posts = enterprise.layout.posts
        self._departments = enterprise.departments
        found = e.employee_id[np.isin(e.role, ("quality_engineer", "process_engineer"))]
        if len(found) < 3:  # a small company's managers and planners do it as well
            found = np.union1d(found, e.employee_id[np.isin(e.role, ("plant_manager", "production_planner"))])
        self._engineers = found

    def engineer(self, pick: NDArray[np.uint64], other: int = 0) -> Ints:
        """An engineer for each 64 random bits; `other` engineers further for a second and third one."""
        n = len(self._engineers)
        return np.asarray(self._engineers[((pick % np.uint64(n)).astype(np.int64) + other) % n])

    def inspector(self, factory_id: Ints, time: Ints) -> Ints:
        """The inspector of the early shift; for what is older than the records of labour, of their first day."""
        day = np.maximum(time // DAY, self._labour.known_from)
        return self._labour.inspector(factory_id, day, np.zeros_like(factory_id))

    def manager(self, factory_id: Ints) -> Ints:
        first = {f: posts.staff.start for f, posts in self._posts.items()}
        return factory_id * 1000 + np.array([first[f] for f in factory_id.tolist()], dtype=np.int64)

    def department(self, factory_id: Ints, function: int) -> Ints:
        """A factory's department: 0 production, 1 maintenance, 2 quality."""
        return factory_id * 100 + 1 + function
