"""Human resources: who holds which seat, is at work, can what, and is paid; one file per process."""

from genims_ray.modules.hr.joining import (
    employee_onboarding,
    employee_onboarding_items,
    offboarding_records,
    onboarding_checklist_items,
    onboarding_checklists,
)
from genims_ray.modules.hr.leave import employee_leave_balances, leave_requests, leave_types
from genims_ray.modules.hr.organisation import (
    career_paths,
    employee_employment_history,
    job_roles,
    positions,
    succession_candidates,
    succession_planning,
)
from genims_ray.modules.hr.payroll import payroll_results
from genims_ray.modules.hr.performance import employee_goals, performance_kpis, performance_reviews
from genims_ray.modules.hr.safety import ppe_requirements, safety_incidents
from genims_ray.modules.hr.skills import employee_skills, role_skill_requirements, skills_catalog
from genims_ray.modules.hr.time import attendance_records, employee_shifts, shift_schedules
from genims_ray.modules.hr.training import (
    employee_certifications,
    training_courses,
    training_enrollments,
    training_requirements,
    training_schedules,
)
