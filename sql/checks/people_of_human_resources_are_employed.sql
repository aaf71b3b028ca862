-- check: Whoever human resources names as acting is employed then: on record, hired, and not gone for more than a
--   day, as days are local. What is older than the records is left out: superiors of years ago have gone.
-- kind: exact
WITH acts AS (
    SELECT 'hr.employee_employment_history.approved_by' AS what, approved_by AS employee_id,
           min(created_at) AS first, max(created_at) AS last
    FROM hr.employee_employment_history
    WHERE created_at >= :from AND created_at < :to
    GROUP BY approved_by
    UNION ALL
    SELECT 'hr.training_schedules.instructor_id', instructor_id, min(scheduled_start_time), max(scheduled_start_time)
    FROM hr.training_schedules
    WHERE scheduled_start_time >= :from AND scheduled_start_time < :to AND schedule_status = 'completed'
    GROUP BY instructor_id
    UNION ALL
    SELECT 'hr.performance_reviews.employee_id', employee_id, min(held_at), max(held_at)
    FROM hr.performance_reviews
    WHERE held_at >= :from AND held_at < :to
    GROUP BY employee_id
    UNION ALL
    SELECT 'hr.performance_reviews.reviewer_id', reviewer_id, min(held_at), max(held_at)
    FROM hr.performance_reviews
    WHERE held_at >= :from AND held_at < :to
    GROUP BY reviewer_id
    UNION ALL
    SELECT 'hr.performance_reviews.hr_reviewed_by', hr_reviewed_by, min(closed_at), max(closed_at)
    FROM hr.performance_reviews
    WHERE closed_at >= :from AND closed_at < :to
    GROUP BY hr_reviewed_by
    UNION ALL
    SELECT 'hr.employee_goals.set_by', set_by, min(created_at), max(created_at)
    FROM hr.employee_goals
    WHERE created_at >= :from AND created_at < :to
    GROUP BY set_by
    UNION ALL
    SELECT 'hr.employee_shifts.assigned_by', assigned_by, min(created_at), max(created_at)
    FROM hr.employee_shifts
    WHERE created_at >= :from AND created_at < :to
    GROUP BY assigned_by
    UNION ALL
    SELECT 'hr.leave_requests.employee_id', employee_id, min(created_at), max(created_at)
    FROM hr.leave_requests
    WHERE created_at >= :from AND created_at < :to
    GROUP BY employee_id
    UNION ALL
    SELECT 'hr.leave_requests.decided_by', decided_by, min(decided_at), max(decided_at)
    FROM hr.leave_requests
    WHERE decided_at >= :from AND decided_at < :to
    GROUP BY decided_by
    UNION ALL
    SELECT 'hr.attendance_records.employee_id', employee_id, min(clock_in_time), max(clock_in_time)
    FROM hr.attendance_records
    WHERE clock_in_time >= :from AND clock_in_time < :to
    GROUP BY employee_id
    UNION ALL
    SELECT 'hr.attendance_records.overtime_approved_by', overtime_approved_by, min(clock_out_time), max(clock_out_time)
    FROM hr.attendance_records
    WHERE clock_out_time >= :from AND clock_out_time < :to
    GROUP BY overtime_approved_by
    UNION ALL
    SELECT 'hr.payroll_results.approved_by', approved_by, min(posted_at), max(posted_at)
    FROM hr.payroll_results
    WHERE posted_at >= :from AND posted_at < :to
    GROUP BY approved_by
    UNION ALL
    SELECT 'hr.employee_onboarding.hr_coordinator_id', hr_coordinator_id, min(created_at), max(created_at)
    FROM hr.employee_onboarding
    WHERE created_at >= :from AND created_at < :to
    GROUP BY hr_coordinator_id
    UNION ALL
    SELECT 'hr.employee_onboarding_items.completed_by', completed_by, min(completed_at), max(completed_at)
    FROM hr.employee_onboarding_items
    WHERE completed_at >= :from AND completed_at < :to
    GROUP BY completed_by
    UNION ALL
    SELECT 'hr.safety_incidents.employee_id', employee_id, min(incident_time), max(incident_time)
    FROM hr.safety_incidents
    WHERE incident_time >= :from AND incident_time < :to
    GROUP BY employee_id
    UNION ALL
    SELECT 'hr.safety_incidents.reported_by', reported_by, min(created_at), max(created_at)
    FROM hr.safety_incidents
    WHERE created_at >= :from AND created_at < :to
    GROUP BY reported_by
    UNION ALL
    SELECT 'hr.safety_incidents.investigated_by', investigated_by, min(investigated_at), max(investigated_at)
    FROM hr.safety_incidents
    WHERE investigated_at >= :from AND investigated_at < :to
    GROUP BY investigated_by
), dated AS (
    SELECT 'hr.employee_skills.verified_by' AS what, verified_by AS employee_id,
           min(verified_date) AS first, max(verified_date) AS last
    FROM hr.employee_skills
    WHERE verified_date >= :from AND verified_date < :to
    GROUP BY verified_by
    UNION ALL
    SELECT 'hr.employee_onboarding.mentor_id', mentor_id, min(onboarding_start_date), max(onboarding_start_date)
    FROM hr.employee_onboarding
    WHERE onboarding_start_date >= :from AND onboarding_start_date < :to AND onboarding_status <> 'preparing'
    GROUP BY mentor_id
), spans AS (
    SELECT what, employee_id, (first AT TIME ZONE 'UTC')::date AS first, (last AT TIME ZONE 'UTC')::date AS last
    FROM acts
    UNION ALL
    SELECT what, employee_id, first, last
    FROM dated
)
SELECT s.what, s.employee_id, s.first, s.last, e.hire_date, e.leave_date
FROM spans AS s
JOIN master.employees AS e USING (employee_id)
WHERE s.first < greatest((e.created_at AT TIME ZONE 'UTC')::date, e.hire_date - 1) OR s.last > e.leave_date + 1;
