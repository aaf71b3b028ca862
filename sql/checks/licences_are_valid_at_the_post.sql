-- check: Whoever books time on a line has a valid operator's licence. That somebody is forgotten is rare: one
--   person of a factory at a time, for nine weeks at most.
-- kind: exact
WITH licence AS (
    SELECT training_course_id
    FROM hr.training_requirements
    WHERE blocks_assignment
    GROUP BY training_course_id
), invalid AS (
    SELECT b.employee_id, b.line_id / 100 AS factory_id, min(b.start_time) AS first, max(b.end_time) AS last
    FROM mes.labor_time_entries AS b
    WHERE b.start_time >= :from AND b.start_time < :to
        AND NOT EXISTS (
            SELECT
            FROM hr.employee_certifications AS c
            JOIN licence USING (training_course_id)
            WHERE c.employee_id = b.employee_id AND c.certification_status <> 'revoked'
                AND b.production_date >= c.issue_date AND b.production_date < coalesce(c.expiry_date, 'infinity'))
    GROUP BY b.employee_id, b.line_id / 100, date_trunc('year', b.start_time)
)
SELECT i.employee_id, i.first, i.last, other.employee_id AS other_employee_id
FROM invalid AS i
LEFT JOIN invalid AS other
    ON other.factory_id = i.factory_id AND other.employee_id <> i.employee_id
    AND other.first < i.last AND i.first < other.last
WHERE other.employee_id IS NOT NULL OR i.last - i.first > interval '63 days';
