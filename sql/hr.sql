-- Human resources: who holds which seat, what people can and may do, when they are at work, what they are paid.
-- People are those of master.employees. Roster days are production days, factory-local; shifts: E early,
-- L late, N night, D day. Pay is in the currency of the factory; it is the same rate for every paid hour.
-- A paid hour is worked, or credited for paid leave or sickness; overtime is paid at one and a half.

CREATE SCHEMA hr;
CREATE SCHEMA IF NOT EXISTS published;

-- Organisation: roles, seats, and what people did in them.

CREATE TABLE hr.job_roles (
    job_role_id integer PRIMARY KEY,
    role_code text NOT NULL UNIQUE CHECK (role_code ~ '^JR-[A-Z]{2,4}-[1-4]$'),
    role_name text NOT NULL UNIQUE,
    employee_role text NOT NULL CHECK (employee_role IN
        ('operator', 'relief_operator', 'shift_supervisor', 'maintenance_technician', 'quality_inspector',
         'warehouse_operator', 'plant_manager', 'production_planner', 'process_engineer', 'quality_engineer',
         'buyer', 'controller', 'hr_partner', 'it_specialist', 'sales_representative', 'service_agent',
         'field_technician')),
    role_level text NOT NULL CHECK (role_level IN ('trainee', 'skilled', 'senior', 'expert')),
    role_family text NOT NULL CHECK (role_family IN
        ('production', 'maintenance', 'quality', 'logistics', 'supply_chain', 'commercial', 'administration',
         'engineering', 'management')),
    pay_type text NOT NULL CHECK (pay_type IN ('hourly', 'salaried')),
    salary_grade text NOT NULL CHECK (salary_grade ~ '^G[0-9]{2}$'),
    min_education text NOT NULL CHECK (min_education IN ('secondary', 'vocational', 'bachelor', 'master')),
    min_experience_years smallint NOT NULL CHECK (min_experience_years >= 0),
    is_shift_work boolean NOT NULL,
    reports_to_job_role_id integer REFERENCES hr.job_roles (job_role_id),
    created_at timestamptz NOT NULL,
    UNIQUE (employee_role, role_level),
    CHECK (reports_to_job_role_id <> job_role_id)
);
CREATE INDEX job_roles_reports_to ON hr.job_roles (reports_to_job_role_id);
COMMENT ON TABLE hr.job_roles IS 'Job role: a role of the personnel master at one level of experience; what positions are graded by.';
COMMENT ON COLUMN hr.job_roles.job_role_id IS 'Key.';
COMMENT ON COLUMN hr.job_roles.role_code IS 'Role code: JR-<role>-<level 1 to 4>.';
COMMENT ON COLUMN hr.job_roles.role_name IS 'Title.';
COMMENT ON COLUMN hr.job_roles.employee_role IS 'Role in the personnel master; with the level it names one job role.';
COMMENT ON COLUMN hr.job_roles.role_level IS 'trainee | skilled | senior | expert, as the skill level in the personnel master.';
COMMENT ON COLUMN hr.job_roles.role_family IS 'Family of roles among which people move.';
COMMENT ON COLUMN hr.job_roles.pay_type IS 'hourly (paid overtime) | salaried (none).';
COMMENT ON COLUMN hr.job_roles.salary_grade IS 'Pay grade, G01 the lowest.';
COMMENT ON COLUMN hr.job_roles.min_education IS 'Least education required.';
COMMENT ON COLUMN hr.job_roles.min_experience_years IS 'Least experience required, years.';
COMMENT ON COLUMN hr.job_roles.is_shift_work IS 'Works in the shifts of a crew or as relief; the others work office hours.';
COMMENT ON COLUMN hr.job_roles.reports_to_job_role_id IS 'Role of the superior; NULL at the top.';
COMMENT ON COLUMN hr.job_roles.created_at IS 'When the record was entered.';

CREATE TABLE hr.positions (
    position_id integer PRIMARY KEY,
    position_code text NOT NULL UNIQUE CHECK (position_code ~ '^P-F[0-9]{2,}-[0-9]{3,}$'),
    position_name text NOT NULL,
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    factory_id integer NOT NULL,
    department_id integer NOT NULL,
    line_id integer,
    reports_to_position_id integer REFERENCES hr.positions (position_id),
    criticality text NOT NULL CHECK (criticality IN ('A', 'B', 'C')),
    position_status text NOT NULL CHECK (position_status IN ('filled', 'vacant', 'closed')),
    employee_id integer,
    vacant_since date,
    position_start_date date NOT NULL,
    position_end_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (reports_to_position_id <> position_id),
    CHECK (position_start_date <= vacant_since),
    CHECK (position_start_date < position_end_date),
    CHECK ((position_status = 'filled') = (employee_id IS NOT NULL)),
    CHECK ((position_status = 'vacant') = (vacant_since IS NOT NULL)),
    CHECK ((position_status = 'closed') = (position_end_date IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX positions_job_role ON hr.positions (job_role_id);
CREATE INDEX positions_reports_to ON hr.positions (reports_to_position_id);
CREATE INDEX positions_employee ON hr.positions (employee_id);
CREATE INDEX positions_department ON hr.positions (department_id, position_status);
COMMENT ON TABLE hr.positions IS 'Budgeted seat: it outlives the people who hold it, one at a time. More seats than people: the others are vacant.';
COMMENT ON COLUMN hr.positions.position_id IS 'Key.';
COMMENT ON COLUMN hr.positions.position_code IS 'Seat number: P-F<factory>-<number>.';
COMMENT ON COLUMN hr.positions.position_name IS 'What the seat is called at the site.';
COMMENT ON COLUMN hr.positions.job_role_id IS 'Job role the seat is budgeted for; its holder may still be below the level.';
COMMENT ON COLUMN hr.positions.factory_id IS 'Place of work. -> master.factories(factory_id)';
COMMENT ON COLUMN hr.positions.department_id IS 'Department that pays for the seat. -> master.departments(department_id)';
COMMENT ON COLUMN hr.positions.line_id IS 'Line of an operator''s seat; NULL for the others. -> master.production_lines(line_id)';
COMMENT ON COLUMN hr.positions.reports_to_position_id IS 'Seat of the superior; NULL at the top.';
COMMENT ON COLUMN hr.positions.criticality IS 'A: production or shipping stops without it; B: it is missed within a week; C: the others.';
COMMENT ON COLUMN hr.positions.position_status IS 'filled | vacant | closed (struck from the budget, rare).';
COMMENT ON COLUMN hr.positions.employee_id IS 'Holder; NULL unless filled. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.positions.vacant_since IS 'First day without a holder; NULL unless vacant, about 1 in 25.';
COMMENT ON COLUMN hr.positions.position_start_date IS 'First day of the seat in the budget.';
COMMENT ON COLUMN hr.positions.position_end_date IS 'Last day of the seat in the budget; NULL unless closed, which is rare.';
COMMENT ON COLUMN hr.positions.created_at IS 'When the record was entered.';
COMMENT ON COLUMN hr.positions.updated_at IS 'Last change of the row.';

CREATE TABLE hr.employee_employment_history (
    employee_employment_history_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    change_sequence smallint NOT NULL CHECK (change_sequence > 0),
    change_type text NOT NULL CHECK (change_type IN
        ('hire', 'promotion', 'transfer', 'pay_change', 'termination')),
    change_reason text NOT NULL CHECK (change_reason IN
        ('vacancy', 'new_position', 'experience', 'performance_review', 'reorganisation', 'annual_increase',
         'resignation', 'retirement', 'dismissal', 'end_of_contract')),
    effective_date date NOT NULL,
    previous_position_id integer REFERENCES hr.positions (position_id),
    new_position_id integer REFERENCES hr.positions (position_id),
    previous_job_role_id integer REFERENCES hr.job_roles (job_role_id),
    new_job_role_id integer REFERENCES hr.job_roles (job_role_id),
    previous_hourly_rate numeric(14, 2) CHECK (previous_hourly_rate > 0),
    new_hourly_rate numeric(14, 2) CHECK (new_hourly_rate > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    approved_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (employee_id, change_sequence),
    CHECK ((change_type = 'hire') = (change_sequence = 1)),
    CHECK (num_nulls(previous_position_id, previous_job_role_id, previous_hourly_rate)
        = CASE change_type WHEN 'hire' THEN 3 ELSE 0 END),
    CHECK (num_nulls(new_position_id, new_job_role_id, new_hourly_rate)
        = CASE change_type WHEN 'termination' THEN 3 ELSE 0 END),
    CHECK (change_type <> 'promotion' OR previous_job_role_id <> new_job_role_id),
    CHECK (change_type <> 'transfer' OR previous_position_id <> new_position_id),
    CHECK (change_type <> 'pay_change' OR previous_hourly_rate <> new_hourly_rate),
    CHECK (change_type <> 'pay_change'
        OR (previous_position_id = new_position_id AND previous_job_role_id = new_job_role_id)),
    CHECK ((change_type = 'termination')
        = (change_reason IN ('resignation', 'retirement', 'dismissal', 'end_of_contract'))),
    CHECK (approved_by <> employee_id)
);
CREATE INDEX employee_employment_history_previous_position
    ON hr.employee_employment_history (previous_position_id);
CREATE INDEX employee_employment_history_new_position ON hr.employee_employment_history (new_position_id);
CREATE INDEX employee_employment_history_previous_role ON hr.employee_employment_history (previous_job_role_id);
CREATE INDEX employee_employment_history_new_role ON hr.employee_employment_history (new_job_role_id);
CREATE INDEX employee_employment_history_date ON hr.employee_employment_history (effective_date, change_type);
COMMENT ON TABLE hr.employee_employment_history IS 'Change of a person''s job or pay, from hire to termination; what one change leaves is what the next one finds. The last row says seat, role and rate of today.';
COMMENT ON COLUMN hr.employee_employment_history.employee_employment_history_id IS 'Key.';
COMMENT ON COLUMN hr.employee_employment_history.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_employment_history.change_sequence IS 'Number of the change of this person, from 1, the hire.';
COMMENT ON COLUMN hr.employee_employment_history.change_type IS 'hire | promotion (another role) | transfer (another seat) | pay_change | termination.';
COMMENT ON COLUMN hr.employee_employment_history.change_reason IS 'Why; the last four are reasons of terminations.';
COMMENT ON COLUMN hr.employee_employment_history.effective_date IS 'First day of the new state; of a termination, the day after the last one employed.';
COMMENT ON COLUMN hr.employee_employment_history.previous_position_id IS 'Seat left or kept; NULL for a hire.';
COMMENT ON COLUMN hr.employee_employment_history.new_position_id IS 'Seat taken or kept; NULL for a termination.';
COMMENT ON COLUMN hr.employee_employment_history.previous_job_role_id IS 'Role before; NULL for a hire.';
COMMENT ON COLUMN hr.employee_employment_history.new_job_role_id IS 'Role after; NULL for a termination.';
COMMENT ON COLUMN hr.employee_employment_history.previous_hourly_rate IS 'Base pay before [currency/h]; NULL for a hire.';
COMMENT ON COLUMN hr.employee_employment_history.new_hourly_rate IS 'Base pay after, of salaried people too [currency/h]; changes take effect with a pay period; NULL for a termination.';
COMMENT ON COLUMN hr.employee_employment_history.currency IS 'Currency of the rates, that of the factory, ISO 4217.';
COMMENT ON COLUMN hr.employee_employment_history.approved_by IS 'Who approved the change: the superior, or human resources. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_employment_history.created_at IS 'When the change was recorded, on its first day or before.';

CREATE TABLE hr.career_paths (
    career_path_id integer PRIMARY KEY,
    path_code text NOT NULL UNIQUE CHECK (path_code ~ '^CP-[0-9]{3}$'),
    from_job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    to_job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    path_type text NOT NULL CHECK (path_type IN ('progression', 'leadership', 'cross_functional')),
    typical_time_years numeric(4, 1) NOT NULL CHECK (typical_time_years > 0),
    min_performance_rating numeric(3, 2) NOT NULL CHECK (min_performance_rating BETWEEN 1 AND 5),
    requires_assessment boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (from_job_role_id, to_job_role_id),
    CHECK (from_job_role_id <> to_job_role_id)
);
CREATE INDEX career_paths_to_role ON hr.career_paths (to_job_role_id);
COMMENT ON TABLE hr.career_paths IS 'Step from one job role to another that the company provides for.';
COMMENT ON COLUMN hr.career_paths.career_path_id IS 'Key.';
COMMENT ON COLUMN hr.career_paths.path_code IS 'Path code.';
COMMENT ON COLUMN hr.career_paths.from_job_role_id IS 'Role left.';
COMMENT ON COLUMN hr.career_paths.to_job_role_id IS 'Role reached.';
COMMENT ON COLUMN hr.career_paths.path_type IS 'progression (next level of the same role) | leadership (into a role with people to lead) | cross_functional.';
COMMENT ON COLUMN hr.career_paths.typical_time_years IS 'Typical time in the role left, years.';
COMMENT ON COLUMN hr.career_paths.min_performance_rating IS 'Least overall rating of the last review, 1 to 5 [points].';
COMMENT ON COLUMN hr.career_paths.requires_assessment IS 'An assessment centre decides; otherwise the superior does.';
COMMENT ON COLUMN hr.career_paths.created_at IS 'When the record was entered.';

CREATE TABLE hr.succession_planning (
    succession_plan_id integer PRIMARY KEY,
    position_id integer NOT NULL UNIQUE REFERENCES hr.positions (position_id),
    current_incumbent_id integer,
    plan_owner_id integer NOT NULL,
    succession_risk text NOT NULL CHECK (succession_risk IN ('low', 'medium', 'high')),
    expected_vacancy_reason text CHECK (expected_vacancy_reason IN ('retirement', 'promotion', 'flight_risk')),
    expected_vacancy_date date,
    last_review_date date NOT NULL,
    next_review_date date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (last_review_date < next_review_date),
    CHECK ((expected_vacancy_reason IS NULL) = (expected_vacancy_date IS NULL)),
    CHECK (plan_owner_id <> current_incumbent_id),
    CHECK (created_at <= updated_at)
);
CREATE INDEX succession_planning_incumbent ON hr.succession_planning (current_incumbent_id);
COMMENT ON TABLE hr.succession_planning IS 'Succession plan of a key position; reviewed twice a year.';
COMMENT ON COLUMN hr.succession_planning.succession_plan_id IS 'Key.';
COMMENT ON COLUMN hr.succession_planning.position_id IS 'Position; one plan each.';
COMMENT ON COLUMN hr.succession_planning.current_incumbent_id IS 'Holder at the last review; NULL if the seat was vacant, about 1 in 25. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.succession_planning.plan_owner_id IS 'Superior who owns the plan. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.succession_planning.succession_risk IS 'Risk of losing the holder with nobody ready: low | medium | high.';
COMMENT ON COLUMN hr.succession_planning.expected_vacancy_reason IS 'retirement | promotion | flight_risk; NULL if no vacancy is expected, about 2 in 3.';
COMMENT ON COLUMN hr.succession_planning.expected_vacancy_date IS 'When the seat is expected to become vacant; NULL if not expected.';
COMMENT ON COLUMN hr.succession_planning.last_review_date IS 'Last review of the plan.';
COMMENT ON COLUMN hr.succession_planning.next_review_date IS 'Next review, six months on.';
COMMENT ON COLUMN hr.succession_planning.created_at IS 'When the plan was opened.';
COMMENT ON COLUMN hr.succession_planning.updated_at IS 'Last change of the row.';

CREATE TABLE hr.succession_candidates (
    succession_candidate_id integer PRIMARY KEY,
    succession_plan_id integer NOT NULL REFERENCES hr.succession_planning (succession_plan_id),
    employee_id integer NOT NULL,
    candidate_rank smallint NOT NULL CHECK (candidate_rank > 0),
    readiness_level text NOT NULL CHECK (readiness_level IN ('ready_now', 'one_to_two_years', 'three_to_five_years')),
    performance_score smallint NOT NULL CHECK (performance_score BETWEEN 1 AND 3),
    potential_score smallint NOT NULL CHECK (potential_score BETWEEN 1 AND 3),
    candidate_status text NOT NULL CHECK (candidate_status IN ('nominated', 'appointed', 'withdrawn')),
    last_assessment_date date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (succession_plan_id, employee_id),
    CHECK (created_at <= updated_at)
);
CREATE INDEX succession_candidates_employee ON hr.succession_candidates (employee_id);
COMMENT ON TABLE hr.succession_candidates IS 'Possible successor on a plan; two or three each.';
COMMENT ON COLUMN hr.succession_candidates.succession_candidate_id IS 'Key.';
COMMENT ON COLUMN hr.succession_candidates.succession_plan_id IS 'Plan.';
COMMENT ON COLUMN hr.succession_candidates.employee_id IS 'Candidate. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.succession_candidates.candidate_rank IS 'Order of preference, from 1.';
COMMENT ON COLUMN hr.succession_candidates.readiness_level IS 'When the candidate could take over: ready_now | one_to_two_years | three_to_five_years.';
COMMENT ON COLUMN hr.succession_candidates.performance_score IS 'Performance in the nine-box grid, 1 low to 3 high [points].';
COMMENT ON COLUMN hr.succession_candidates.potential_score IS 'Potential in the nine-box grid, 1 low to 3 high [points].';
COMMENT ON COLUMN hr.succession_candidates.candidate_status IS 'nominated | appointed (rare) | withdrawn (declined, or left the company; rare).';
COMMENT ON COLUMN hr.succession_candidates.last_assessment_date IS 'Last assessment of readiness and scores.';
COMMENT ON COLUMN hr.succession_candidates.created_at IS 'When the candidate was nominated.';
COMMENT ON COLUMN hr.succession_candidates.updated_at IS 'Last change of the row.';

-- Skills.

CREATE TABLE hr.skills_catalog (
    skill_id integer PRIMARY KEY,
    skill_code text NOT NULL UNIQUE CHECK (skill_code ~ '^SK-[0-9]{3}$'),
    skill_name text NOT NULL UNIQUE,
    skill_category text NOT NULL CHECK (skill_category IN
        ('machine_operation', 'maintenance', 'quality', 'logistics', 'safety', 'systems', 'commercial',
         'leadership', 'language')),
    skill_type text NOT NULL CHECK (skill_type IN ('technical', 'behavioural')),
    machine_type text,
    requires_certification boolean NOT NULL,
    certification_body text,
    fades_after_months smallint CHECK (fades_after_months > 0),
    created_at timestamptz NOT NULL,
    CHECK (certification_body IS NULL OR requires_certification),
    CHECK (machine_type IS NULL OR skill_type = 'technical')
);
COMMENT ON TABLE hr.skills_catalog IS 'Skill that the company plans with.';
COMMENT ON COLUMN hr.skills_catalog.skill_id IS 'Key.';
COMMENT ON COLUMN hr.skills_catalog.skill_code IS 'Skill code.';
COMMENT ON COLUMN hr.skills_catalog.skill_name IS 'Name.';
COMMENT ON COLUMN hr.skills_catalog.skill_category IS 'Field of work.';
COMMENT ON COLUMN hr.skills_catalog.skill_type IS 'technical | behavioural.';
COMMENT ON COLUMN hr.skills_catalog.machine_type IS 'Kind of machine it is about, as the machine master calls it; NULL for skills of no one machine.';
COMMENT ON COLUMN hr.skills_catalog.requires_certification IS 'Counts only while a certificate is valid.';
COMMENT ON COLUMN hr.skills_catalog.certification_body IS 'External body that certifies it; NULL if certified in house or not at all.';
COMMENT ON COLUMN hr.skills_catalog.fades_after_months IS 'Time without practice after which it is assessed anew; NULL if it does not fade.';
COMMENT ON COLUMN hr.skills_catalog.created_at IS 'When the record was entered.';

CREATE TABLE hr.role_skill_requirements (
    role_skill_requirement_id integer PRIMARY KEY,
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    skill_id integer NOT NULL REFERENCES hr.skills_catalog (skill_id),
    requirement_type text NOT NULL CHECK (requirement_type IN ('essential', 'desirable')),
    min_proficiency_level smallint NOT NULL CHECK (min_proficiency_level BETWEEN 1 AND 5),
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 3),
    created_at timestamptz NOT NULL,
    UNIQUE (job_role_id, skill_id)
);
CREATE INDEX role_skill_requirements_skill ON hr.role_skill_requirements (skill_id);
COMMENT ON TABLE hr.role_skill_requirements IS 'Skill that a job role asks for.';
COMMENT ON COLUMN hr.role_skill_requirements.role_skill_requirement_id IS 'Key.';
COMMENT ON COLUMN hr.role_skill_requirements.job_role_id IS 'Job role.';
COMMENT ON COLUMN hr.role_skill_requirements.skill_id IS 'Skill.';
COMMENT ON COLUMN hr.role_skill_requirements.requirement_type IS 'essential | desirable.';
COMMENT ON COLUMN hr.role_skill_requirements.min_proficiency_level IS 'Least level: 1 awareness, 2 under guidance, 3 independent, 4 proficient, 5 teaches others.';
COMMENT ON COLUMN hr.role_skill_requirements.priority IS 'Weight in assigning and developing people: 1 first, 3 last.';
COMMENT ON COLUMN hr.role_skill_requirements.created_at IS 'When the record was entered.';

CREATE TABLE hr.employee_skills (
    employee_skill_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    skill_id integer NOT NULL REFERENCES hr.skills_catalog (skill_id),
    proficiency_level smallint NOT NULL CHECK (proficiency_level BETWEEN 1 AND 5),
    self_assessment_level smallint NOT NULL CHECK (self_assessment_level BETWEEN 1 AND 5),
    acquired_date date NOT NULL,
    last_assessed_date date NOT NULL,
    verified_by integer,
    verified_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, skill_id),
    CHECK (acquired_date <= last_assessed_date),
    CHECK (acquired_date <= verified_date),
    CHECK ((verified_by IS NULL) = (verified_date IS NULL)),
    CHECK (verified_by <> employee_id),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_skills_skill ON hr.employee_skills (skill_id, proficiency_level);
COMMENT ON TABLE hr.employee_skills IS 'Skill of a person, with the level reached.';
COMMENT ON COLUMN hr.employee_skills.employee_skill_id IS 'Key.';
COMMENT ON COLUMN hr.employee_skills.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_skills.skill_id IS 'Skill.';
COMMENT ON COLUMN hr.employee_skills.proficiency_level IS 'Level by the superior''s assessment: 1 awareness, 2 under guidance, 3 independent, 4 proficient, 5 teaches others.';
COMMENT ON COLUMN hr.employee_skills.self_assessment_level IS 'Level the person claims, 1 to 5.';
COMMENT ON COLUMN hr.employee_skills.acquired_date IS 'When the skill was first assessed at level 1 or above.';
COMMENT ON COLUMN hr.employee_skills.last_assessed_date IS 'Last assessment of the level.';
COMMENT ON COLUMN hr.employee_skills.verified_by IS 'Who saw it at work; NULL until verified, about 1 in 5. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_skills.verified_date IS 'When it was verified; NULL until then.';
COMMENT ON COLUMN hr.employee_skills.created_at IS 'When the record was entered.';
COMMENT ON COLUMN hr.employee_skills.updated_at IS 'Last change of the row.';

-- Training and certification.

CREATE TABLE hr.training_courses (
    training_course_id integer PRIMARY KEY,
    course_code text NOT NULL UNIQUE CHECK (course_code ~ '^TC-[0-9]{3}$'),
    course_name text NOT NULL UNIQUE,
    course_category text NOT NULL CHECK (course_category IN
        ('safety', 'equipment', 'quality', 'systems', 'commercial', 'leadership', 'compliance')),
    course_type text NOT NULL CHECK (course_type IN ('initial', 'refresher')),
    skill_id integer REFERENCES hr.skills_catalog (skill_id),
    prerequisite_course_id integer REFERENCES hr.training_courses (training_course_id),
    delivery_method text NOT NULL CHECK (delivery_method IN
        ('classroom', 'on_the_job', 'e_learning', 'external')),
    training_provider text,
    duration_hours numeric(5, 1) NOT NULL CHECK (duration_hours > 0),
    max_participants smallint NOT NULL CHECK (max_participants > 0),
    passing_score smallint CHECK (passing_score BETWEEN 1 AND 100),
    provides_certification boolean NOT NULL,
    certificate_validity_months smallint CHECK (certificate_validity_months > 0),
    cost_per_participant_usd numeric(14, 2) NOT NULL CHECK (cost_per_participant_usd >= 0),
    created_at timestamptz NOT NULL,
    CHECK (prerequisite_course_id <> training_course_id),
    CHECK ((delivery_method = 'external') = (training_provider IS NOT NULL)),
    CHECK (certificate_validity_months IS NULL OR provides_certification)
);
CREATE INDEX training_courses_skill ON hr.training_courses (skill_id);
CREATE INDEX training_courses_prerequisite ON hr.training_courses (prerequisite_course_id);
COMMENT ON TABLE hr.training_courses IS 'Course in the catalogue.';
COMMENT ON COLUMN hr.training_courses.training_course_id IS 'Key.';
COMMENT ON COLUMN hr.training_courses.course_code IS 'Course code.';
COMMENT ON COLUMN hr.training_courses.course_name IS 'Title.';
COMMENT ON COLUMN hr.training_courses.course_category IS 'Subject.';
COMMENT ON COLUMN hr.training_courses.course_type IS 'initial | refresher (renews the certificate of the initial course).';
COMMENT ON COLUMN hr.training_courses.skill_id IS 'Skill it teaches; NULL for courses of pure instruction.';
COMMENT ON COLUMN hr.training_courses.prerequisite_course_id IS 'Course to be passed before; NULL if none.';
COMMENT ON COLUMN hr.training_courses.delivery_method IS 'classroom | on_the_job | e_learning | external.';
COMMENT ON COLUMN hr.training_courses.training_provider IS 'External provider; NULL for courses held in house.';
COMMENT ON COLUMN hr.training_courses.duration_hours IS 'Duration, hours.';
COMMENT ON COLUMN hr.training_courses.max_participants IS 'Largest session [persons].';
COMMENT ON COLUMN hr.training_courses.passing_score IS 'Least score to pass, of 100 [points]; NULL if there is no assessment.';
COMMENT ON COLUMN hr.training_courses.provides_certification IS 'Who passes gets a certificate.';
COMMENT ON COLUMN hr.training_courses.certificate_validity_months IS 'Validity of the certificate; NULL if unlimited or if there is none.';
COMMENT ON COLUMN hr.training_courses.cost_per_participant_usd IS 'Direct cost of one participant, USD; 0 in house.';
COMMENT ON COLUMN hr.training_courses.created_at IS 'When the record was entered.';

CREATE TABLE hr.training_requirements (
    training_requirement_id integer PRIMARY KEY,
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    training_course_id integer NOT NULL REFERENCES hr.training_courses (training_course_id),
    machine_type text,
    requirement_type text NOT NULL CHECK (requirement_type IN ('legal', 'customer', 'company')),
    regulation_reference text,
    blocks_assignment boolean NOT NULL,
    due_days_from_start smallint NOT NULL CHECK (due_days_from_start >= 0),
    grace_period_days smallint NOT NULL CHECK (grace_period_days >= 0),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (job_role_id, training_course_id),
    CHECK ((requirement_type = 'legal') = (regulation_reference IS NOT NULL)),
    CHECK (NOT blocks_assignment OR (due_days_from_start = 0 AND grace_period_days = 0))
);
CREATE INDEX training_requirements_course ON hr.training_requirements (training_course_id);
COMMENT ON TABLE hr.training_requirements IS 'Course that everyone in a job role must have passed, and whose certificate must be kept valid.';
COMMENT ON COLUMN hr.training_requirements.training_requirement_id IS 'Key.';
COMMENT ON COLUMN hr.training_requirements.job_role_id IS 'Job role.';
COMMENT ON COLUMN hr.training_requirements.training_course_id IS 'Course required, or the refresher of it.';
COMMENT ON COLUMN hr.training_requirements.machine_type IS 'Asked only of people whose line has this kind of machine, as the machine master calls it; NULL: of everyone in the role.';
COMMENT ON COLUMN hr.training_requirements.requirement_type IS 'Who demands it: legal | customer | company.';
COMMENT ON COLUMN hr.training_requirements.regulation_reference IS 'Regulation that demands it; NULL unless legal.';
COMMENT ON COLUMN hr.training_requirements.blocks_assignment IS 'Nobody is assigned to a post without the valid certificate.';
COMMENT ON COLUMN hr.training_requirements.due_days_from_start IS 'Days from the start in the role until it must be passed; 0: before the first shift alone.';
COMMENT ON COLUMN hr.training_requirements.grace_period_days IS 'Days for which an expired certificate is tolerated.';
COMMENT ON COLUMN hr.training_requirements.effective_from IS 'First day of the requirement.';
COMMENT ON COLUMN hr.training_requirements.created_at IS 'When the record was entered.';

CREATE TABLE hr.training_schedules (
    training_schedule_id bigint PRIMARY KEY,
    session_number text NOT NULL UNIQUE CHECK (session_number ~ '^TRN-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    training_course_id integer NOT NULL REFERENCES hr.training_courses (training_course_id),
    factory_id integer NOT NULL,
    training_location text NOT NULL CHECK (training_location IN
        ('training_room', 'shop_floor', 'online', 'provider')),
    scheduled_start_time timestamptz NOT NULL,
    scheduled_end_time timestamptz NOT NULL,
    instructor_id integer,
    max_participants smallint NOT NULL CHECK (max_participants > 0),
    current_enrollment smallint NOT NULL CHECK (current_enrollment BETWEEN 0 AND max_participants),
    schedule_status text NOT NULL CHECK (schedule_status IN ('planned', 'confirmed', 'completed', 'cancelled')),
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancellation_reason text CHECK (cancellation_reason IN
        ('too_few_participants', 'instructor_absent', 'production_priority')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (scheduled_start_time < scheduled_end_time),
    CHECK (created_at < scheduled_start_time),
    CHECK (created_at < cancelled_at AND cancelled_at < scheduled_end_time),
    CHECK (scheduled_end_time <= completed_at),
    CHECK (created_at <= updated_at),
    CHECK ((schedule_status = 'completed') = (completed_at IS NOT NULL)),
    CHECK ((schedule_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK ((cancelled_at IS NULL) = (cancellation_reason IS NULL))
);
CREATE INDEX training_schedules_course ON hr.training_schedules (training_course_id);
CREATE INDEX training_schedules_factory ON hr.training_schedules (factory_id, scheduled_start_time);
CREATE INDEX training_schedules_instructor ON hr.training_schedules (instructor_id, scheduled_start_time);
COMMENT ON TABLE hr.training_schedules IS 'Session of a course, on one day at one factory.';
COMMENT ON COLUMN hr.training_schedules.training_schedule_id IS 'Key.';
COMMENT ON COLUMN hr.training_schedules.session_number IS 'Session number: TRN-F<factory>-<yyyymmdd of the session>-<sequence>.';
COMMENT ON COLUMN hr.training_schedules.training_course_id IS 'Course.';
COMMENT ON COLUMN hr.training_schedules.factory_id IS 'Factory whose people attend. -> master.factories(factory_id)';
COMMENT ON COLUMN hr.training_schedules.training_location IS 'training_room | shop_floor | online | provider (at the external provider''s).';
COMMENT ON COLUMN hr.training_schedules.scheduled_start_time IS 'Start; sessions begin on time or not at all.';
COMMENT ON COLUMN hr.training_schedules.scheduled_end_time IS 'End.';
COMMENT ON COLUMN hr.training_schedules.instructor_id IS 'Instructor; NULL if external or online. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.training_schedules.max_participants IS 'Places [persons].';
COMMENT ON COLUMN hr.training_schedules.current_enrollment IS 'Places taken: enrollments that are not cancelled [persons].';
COMMENT ON COLUMN hr.training_schedules.schedule_status IS 'planned | confirmed (enough participants) | completed | cancelled.';
COMMENT ON COLUMN hr.training_schedules.completed_at IS 'When the session was closed with its results; known when completed.';
COMMENT ON COLUMN hr.training_schedules.cancelled_at IS 'When the session was cancelled; NULL unless cancelled, about 1 in 15.';
COMMENT ON COLUMN hr.training_schedules.cancellation_reason IS 'Why it was cancelled; NULL unless cancelled, which is rare.';
COMMENT ON COLUMN hr.training_schedules.created_at IS 'When the session was planned, weeks before.';
COMMENT ON COLUMN hr.training_schedules.updated_at IS 'Last change of the row.';

CREATE TABLE hr.training_enrollments (
    training_enrollment_id bigint PRIMARY KEY,
    training_schedule_id bigint NOT NULL REFERENCES hr.training_schedules (training_schedule_id),
    employee_id integer NOT NULL,
    enrollment_reason text NOT NULL CHECK (enrollment_reason IN
        ('onboarding', 'requirement', 'certificate_renewal', 'development')),
    training_requirement_id integer REFERENCES hr.training_requirements (training_requirement_id),
    enrollment_status text NOT NULL CHECK (enrollment_status IN ('enrolled', 'cancelled', 'no_show', 'attended')),
    attendance_hours numeric(5, 1) CHECK (attendance_hours > 0),
    assessment_score smallint CHECK (assessment_score BETWEEN 0 AND 100),
    passed boolean,
    feedback_rating smallint CHECK (feedback_rating BETWEEN 1 AND 5),
    result_recorded_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (training_schedule_id, employee_id),
    CHECK (training_requirement_id IS NULL OR enrollment_reason <> 'development'),
    CHECK ((enrollment_status = 'attended') = (attendance_hours IS NOT NULL)),
    CHECK ((enrollment_status = 'attended') = (passed IS NOT NULL)),
    CHECK (enrollment_status = 'attended' OR num_nonnulls(assessment_score, feedback_rating) = 0),
    CHECK ((enrollment_status IN ('attended', 'no_show')) = (result_recorded_at IS NOT NULL)),
    CHECK (created_at < result_recorded_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX training_enrollments_employee ON hr.training_enrollments (employee_id);
CREATE INDEX training_enrollments_requirement ON hr.training_enrollments (training_requirement_id);
COMMENT ON TABLE hr.training_enrollments IS 'Place of a person in a session, with the result.';
COMMENT ON COLUMN hr.training_enrollments.training_enrollment_id IS 'Key.';
COMMENT ON COLUMN hr.training_enrollments.training_schedule_id IS 'Session.';
COMMENT ON COLUMN hr.training_enrollments.employee_id IS 'Participant. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.training_enrollments.enrollment_reason IS 'onboarding | requirement (new to the role) | certificate_renewal | development (own choice).';
COMMENT ON COLUMN hr.training_enrollments.training_requirement_id IS 'Requirement it serves; NULL for development and instruction.';
COMMENT ON COLUMN hr.training_enrollments.enrollment_status IS 'enrolled | cancelled (before the session, or with it) | no_show | attended.';
COMMENT ON COLUMN hr.training_enrollments.attendance_hours IS 'Hours attended; known when attended.';
COMMENT ON COLUMN hr.training_enrollments.assessment_score IS 'Score of 100 [points]; known when attended, NULL if the course has no assessment.';
COMMENT ON COLUMN hr.training_enrollments.passed IS 'Passed; without an assessment everyone who attended has; known when attended.';
COMMENT ON COLUMN hr.training_enrollments.feedback_rating IS 'Participant''s rating of the session, 1 to 5 [points]; NULL if none was given, about 1 in 3.';
COMMENT ON COLUMN hr.training_enrollments.result_recorded_at IS 'When attendance and result were recorded; NULL until then.';
COMMENT ON COLUMN hr.training_enrollments.created_at IS 'When the person was enrolled.';
COMMENT ON COLUMN hr.training_enrollments.updated_at IS 'Last change of the row.';

CREATE TABLE hr.employee_certifications (
    employee_certification_id bigint PRIMARY KEY,
    certification_number text NOT NULL UNIQUE CHECK (certification_number ~ '^CERT-[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    employee_id integer NOT NULL,
    training_course_id integer NOT NULL REFERENCES hr.training_courses (training_course_id),
    training_enrollment_id bigint REFERENCES hr.training_enrollments (training_enrollment_id),
    certification_type text NOT NULL CHECK (certification_type IN
        ('equipment_licence', 'safety', 'trade', 'quality', 'statutory')),
    issuing_organization text NOT NULL,
    issue_date date NOT NULL,
    expiry_date date,
    previous_certification_id bigint REFERENCES hr.employee_certifications (employee_certification_id),
    certification_status text NOT NULL CHECK (certification_status IN ('valid', 'renewed', 'expired', 'revoked')),
    expiry_alert_sent_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (issue_date < expiry_date),
    CHECK (previous_certification_id <> employee_certification_id),
    CHECK (certification_status <> 'expired' OR expiry_date IS NOT NULL),
    CHECK (expiry_alert_sent_at IS NULL OR expiry_date IS NOT NULL),
    CHECK ((certification_status = 'revoked') = (revoked_at IS NOT NULL)),
    CHECK (created_at < expiry_alert_sent_at),
    CHECK (created_at < revoked_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_certifications_employee
    ON hr.employee_certifications (employee_id, training_course_id, expiry_date);
CREATE INDEX employee_certifications_course ON hr.employee_certifications (training_course_id);
CREATE INDEX employee_certifications_enrollment ON hr.employee_certifications (training_enrollment_id);
CREATE INDEX employee_certifications_previous ON hr.employee_certifications (previous_certification_id);
CREATE INDEX employee_certifications_expiry ON hr.employee_certifications (expiry_date)
    WHERE certification_status = 'valid';
COMMENT ON TABLE hr.employee_certifications IS 'Certificate of a person; a renewal is a new row that succeeds the old one.';
COMMENT ON COLUMN hr.employee_certifications.employee_certification_id IS 'Key.';
COMMENT ON COLUMN hr.employee_certifications.certification_number IS 'Certificate number: CERT-<employee>-<yyyymmdd of issue>-<sequence>.';
COMMENT ON COLUMN hr.employee_certifications.employee_id IS 'Holder. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_certifications.training_course_id IS 'Initial course whose passing it certifies, also when a refresher renewed it.';
COMMENT ON COLUMN hr.employee_certifications.training_enrollment_id IS 'Enrollment that earned it; NULL if earned before the company''s records, or elsewhere.';
COMMENT ON COLUMN hr.employee_certifications.certification_type IS 'equipment_licence | safety | trade | quality | statutory.';
COMMENT ON COLUMN hr.employee_certifications.issuing_organization IS 'Who issued it: the company, or an external body.';
COMMENT ON COLUMN hr.employee_certifications.issue_date IS 'First day of validity.';
COMMENT ON COLUMN hr.employee_certifications.expiry_date IS 'First day on which it is no longer valid; NULL if unlimited.';
COMMENT ON COLUMN hr.employee_certifications.previous_certification_id IS 'Certificate it renews; NULL for the first one.';
COMMENT ON COLUMN hr.employee_certifications.certification_status IS 'valid | renewed (succeeded by another) | expired | revoked (rare: after an accident or a failed check).';
COMMENT ON COLUMN hr.employee_certifications.expiry_alert_sent_at IS 'When holder and superior were warned of the expiry; NULL until then.';
COMMENT ON COLUMN hr.employee_certifications.revoked_at IS 'When it was revoked; NULL unless revoked, which is rare.';
COMMENT ON COLUMN hr.employee_certifications.created_at IS 'When it was recorded.';
COMMENT ON COLUMN hr.employee_certifications.updated_at IS 'Last change of the row.';

-- Performance.

CREATE TABLE hr.performance_kpis (
    performance_kpi_id integer PRIMARY KEY,
    kpi_code text NOT NULL UNIQUE CHECK (kpi_code ~ '^KPI-[0-9]{3}$'),
    kpi_name text NOT NULL,
    kpi_category text NOT NULL CHECK (kpi_category IN
        ('safety', 'quality', 'delivery', 'productivity', 'cost', 'customer', 'people')),
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    measurement_unit text NOT NULL,
    measurement_frequency text NOT NULL CHECK (measurement_frequency IN ('weekly', 'monthly', 'quarterly')),
    direction text NOT NULL CHECK (direction IN ('higher_is_better', 'lower_is_better')),
    target_value numeric(14, 3) NOT NULL,
    threshold_value numeric(14, 3) NOT NULL,
    weight_percentage numeric(5, 2) NOT NULL CHECK (weight_percentage > 0 AND weight_percentage <= 100),
    calculation_method text NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (CASE direction WHEN 'higher_is_better' THEN threshold_value < target_value
        ELSE threshold_value > target_value END)
);
CREATE INDEX performance_kpis_job_role ON hr.performance_kpis (job_role_id);
COMMENT ON TABLE hr.performance_kpis IS 'Indicator by which a job role is judged.';
COMMENT ON COLUMN hr.performance_kpis.performance_kpi_id IS 'Key.';
COMMENT ON COLUMN hr.performance_kpis.kpi_code IS 'Indicator code.';
COMMENT ON COLUMN hr.performance_kpis.kpi_name IS 'Name.';
COMMENT ON COLUMN hr.performance_kpis.kpi_category IS 'What it is about.';
COMMENT ON COLUMN hr.performance_kpis.job_role_id IS 'Job role judged by it.';
COMMENT ON COLUMN hr.performance_kpis.measurement_unit IS 'Unit of target and threshold.';
COMMENT ON COLUMN hr.performance_kpis.measurement_frequency IS 'How often it is measured: weekly | monthly | quarterly.';
COMMENT ON COLUMN hr.performance_kpis.direction IS 'higher_is_better | lower_is_better.';
COMMENT ON COLUMN hr.performance_kpis.target_value IS 'Value that counts as achieved, in the unit of measurement.';
COMMENT ON COLUMN hr.performance_kpis.threshold_value IS 'Value from which on it counts as failed, in the unit of measurement.';
COMMENT ON COLUMN hr.performance_kpis.weight_percentage IS 'Weight in the assessment of the role, %; the weights of a role add up to 100.';
COMMENT ON COLUMN hr.performance_kpis.calculation_method IS 'How it is computed and from which records, in one sentence.';
COMMENT ON COLUMN hr.performance_kpis.created_at IS 'When the record was entered.';

CREATE TABLE hr.performance_reviews (
    performance_review_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    reviewer_id integer NOT NULL,
    review_type text NOT NULL CHECK (review_type IN ('probation', 'annual')),
    review_period_start date NOT NULL,
    review_period_end date NOT NULL,
    review_date date,
    technical_competency_rating numeric(3, 2) CHECK (technical_competency_rating BETWEEN 1 AND 5),
    behavioral_competency_rating numeric(3, 2) CHECK (behavioral_competency_rating BETWEEN 1 AND 5),
    leadership_rating numeric(3, 2) CHECK (leadership_rating BETWEEN 1 AND 5),
    overall_rating numeric(3, 2) CHECK (overall_rating BETWEEN 1 AND 5),
    goals_total smallint CHECK (goals_total >= 0),
    goals_achieved smallint CHECK (goals_achieved BETWEEN 0 AND goals_total),
    salary_increase_percentage numeric(5, 2) CHECK (salary_increase_percentage BETWEEN 0 AND 15),
    promotion_recommended boolean,
    review_status text NOT NULL CHECK (review_status IN ('open', 'held', 'acknowledged', 'closed')),
    held_at timestamptz,
    acknowledged_at timestamptz,
    hr_reviewed_by integer,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, review_type, review_period_end),
    CHECK (reviewer_id <> employee_id),
    CHECK (hr_reviewed_by <> employee_id),
    CHECK (review_period_start < review_period_end),
    CHECK (review_period_start < review_date),
    CHECK (created_at < held_at),
    CHECK (held_at < acknowledged_at),
    CHECK (acknowledged_at < closed_at),
    CHECK (created_at <= updated_at),
    CHECK ((review_status = 'open') = (held_at IS NULL)),
    CHECK ((review_status IN ('open', 'held')) = (acknowledged_at IS NULL)),
    CHECK ((review_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (hr_reviewed_by IS NULL)),
    CHECK (num_nulls(review_date, technical_competency_rating, behavioral_competency_rating, overall_rating,
        goals_total, goals_achieved, salary_increase_percentage, promotion_recommended)
        = CASE review_status WHEN 'open' THEN 8 ELSE 0 END),
    CHECK (leadership_rating IS NULL OR review_status <> 'open')
);
CREATE INDEX performance_reviews_reviewer ON hr.performance_reviews (reviewer_id, review_status);
CREATE INDEX performance_reviews_period ON hr.performance_reviews (review_period_end);
COMMENT ON TABLE hr.performance_reviews IS 'Review of a person by the superior: at the end of probation, then once a year around the day of hire.';
COMMENT ON COLUMN hr.performance_reviews.performance_review_id IS 'Key.';
COMMENT ON COLUMN hr.performance_reviews.employee_id IS 'Person reviewed. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.performance_reviews.reviewer_id IS 'Superior. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.performance_reviews.review_type IS 'probation | annual.';
COMMENT ON COLUMN hr.performance_reviews.review_period_start IS 'First day reviewed.';
COMMENT ON COLUMN hr.performance_reviews.review_period_end IS 'Last day reviewed.';
COMMENT ON COLUMN hr.performance_reviews.review_date IS 'Day of the talk; known when held, as are the columns from ratings to promotion.';
COMMENT ON COLUMN hr.performance_reviews.technical_competency_rating IS 'Technical competence, 1 to 5 [points].';
COMMENT ON COLUMN hr.performance_reviews.behavioral_competency_rating IS 'Conduct, 1 to 5 [points].';
COMMENT ON COLUMN hr.performance_reviews.leadership_rating IS 'Leadership, 1 to 5 [points]; NULL for those who lead nobody.';
COMMENT ON COLUMN hr.performance_reviews.overall_rating IS 'Overall, 1 to 5, after calibration among superiors: not the mean of the others [points].';
COMMENT ON COLUMN hr.performance_reviews.goals_total IS 'Goals of the period that were not cancelled.';
COMMENT ON COLUMN hr.performance_reviews.goals_achieved IS 'Goals of the period achieved.';
COMMENT ON COLUMN hr.performance_reviews.salary_increase_percentage IS 'Individual raise on top of the general one, %; mostly 0.';
COMMENT ON COLUMN hr.performance_reviews.promotion_recommended IS 'The superior recommends promotion.';
COMMENT ON COLUMN hr.performance_reviews.review_status IS 'open | held | acknowledged (by the person) | closed (by human resources).';
COMMENT ON COLUMN hr.performance_reviews.held_at IS 'When the superior recorded the result; known when held.';
COMMENT ON COLUMN hr.performance_reviews.acknowledged_at IS 'When the person acknowledged it; known then.';
COMMENT ON COLUMN hr.performance_reviews.hr_reviewed_by IS 'Who closed it; known when closed. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.performance_reviews.closed_at IS 'When it was closed; known when closed.';
COMMENT ON COLUMN hr.performance_reviews.created_at IS 'When the review was opened, at the end of its period.';
COMMENT ON COLUMN hr.performance_reviews.updated_at IS 'Last change of the row.';

CREATE TABLE hr.employee_goals (
    employee_goal_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    goal_title text NOT NULL,
    goal_category text NOT NULL CHECK (goal_category IN ('performance', 'project', 'development', 'safety')),
    performance_kpi_id integer REFERENCES hr.performance_kpis (performance_kpi_id),
    target_value numeric(14, 3),
    achieved_value numeric(14, 3),
    weight_percentage numeric(5, 2) NOT NULL CHECK (weight_percentage > 0 AND weight_percentage <= 100),
    start_date date NOT NULL,
    target_date date NOT NULL,
    progress_percentage smallint NOT NULL CHECK (progress_percentage BETWEEN 0 AND 100),
    goal_status text NOT NULL CHECK (goal_status IN ('active', 'achieved', 'missed', 'cancelled')),
    closed_at timestamptz,
    performance_review_id bigint REFERENCES hr.performance_reviews (performance_review_id),
    set_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (set_by <> employee_id),
    CHECK (start_date < target_date),
    CHECK ((performance_kpi_id IS NULL) = (target_value IS NULL)),
    CHECK (achieved_value IS NULL OR (performance_kpi_id IS NOT NULL AND goal_status IN ('achieved', 'missed'))),
    CHECK ((goal_status = 'active') = (closed_at IS NULL)),
    CHECK (goal_status <> 'achieved' OR progress_percentage = 100),
    CHECK (goal_status <> 'missed' OR progress_percentage < 100),
    CHECK (created_at < closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_goals_employee ON hr.employee_goals (employee_id, goal_status);
CREATE INDEX employee_goals_kpi ON hr.employee_goals (performance_kpi_id);
CREATE INDEX employee_goals_review ON hr.employee_goals (performance_review_id);
COMMENT ON TABLE hr.employee_goals IS 'Goal of a person for a review period; about four a year.';
COMMENT ON COLUMN hr.employee_goals.employee_goal_id IS 'Key.';
COMMENT ON COLUMN hr.employee_goals.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_goals.goal_title IS 'Goal, in a few words.';
COMMENT ON COLUMN hr.employee_goals.goal_category IS 'performance | project | development | safety.';
COMMENT ON COLUMN hr.employee_goals.performance_kpi_id IS 'Indicator it is measured by; NULL for goals that are done or not done.';
COMMENT ON COLUMN hr.employee_goals.target_value IS 'Value to reach, in the unit of the indicator; NULL without one.';
COMMENT ON COLUMN hr.employee_goals.achieved_value IS 'Value reached, in the unit of the indicator; known when achieved or missed, NULL without an indicator.';
COMMENT ON COLUMN hr.employee_goals.weight_percentage IS 'Weight among the goals of the period, %.';
COMMENT ON COLUMN hr.employee_goals.start_date IS 'First day.';
COMMENT ON COLUMN hr.employee_goals.target_date IS 'Day by which it is to be reached.';
COMMENT ON COLUMN hr.employee_goals.progress_percentage IS 'Progress last reported, %.';
COMMENT ON COLUMN hr.employee_goals.goal_status IS 'active | achieved | missed | cancelled.';
COMMENT ON COLUMN hr.employee_goals.closed_at IS 'When it was achieved, missed or cancelled; NULL while active.';
COMMENT ON COLUMN hr.employee_goals.performance_review_id IS 'Review that counted it; NULL until that review is opened.';
COMMENT ON COLUMN hr.employee_goals.set_by IS 'Superior who agreed on it. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_goals.created_at IS 'When it was agreed on.';
COMMENT ON COLUMN hr.employee_goals.updated_at IS 'Last change of the row.';

-- Time: shifts, rosters, leave, attendance.

CREATE TABLE hr.shift_schedules (
    shift_schedule_id integer PRIMARY KEY,
    factory_id integer NOT NULL,
    shift_code text NOT NULL CHECK (shift_code IN ('E', 'L', 'N', 'D')),
    shift_name text NOT NULL,
    start_time time NOT NULL,
    end_time time NOT NULL,
    break_duration_minutes smallint NOT NULL CHECK (break_duration_minutes BETWEEN 0 AND 90),
    is_break_paid boolean NOT NULL,
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (factory_id, shift_code),
    CHECK (start_time <> end_time),
    CHECK ((shift_code = 'N') = (end_time < start_time))
);
COMMENT ON TABLE hr.shift_schedules IS 'Shift of a factory: three that the crews rotate through, and the office day.';
COMMENT ON COLUMN hr.shift_schedules.shift_schedule_id IS 'Key: factory * 10 + 1 early, 2 late, 3 night, 4 day.';
COMMENT ON COLUMN hr.shift_schedules.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN hr.shift_schedules.shift_code IS 'E early | L late | N night | D day (office hours).';
COMMENT ON COLUMN hr.shift_schedules.shift_name IS 'What the site calls it, in its own language.';
COMMENT ON COLUMN hr.shift_schedules.start_time IS 'Start, local time of the factory.';
COMMENT ON COLUMN hr.shift_schedules.end_time IS 'End, local time of the factory; of the night shift on the next day.';
COMMENT ON COLUMN hr.shift_schedules.break_duration_minutes IS 'Break, minutes.';
COMMENT ON COLUMN hr.shift_schedules.is_break_paid IS 'The break counts as paid time.';
COMMENT ON COLUMN hr.shift_schedules.effective_from IS 'First day of these times.';
COMMENT ON COLUMN hr.shift_schedules.created_at IS 'When the record was entered.';

CREATE TABLE hr.employee_shifts (
    employee_shift_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    roster_type text NOT NULL CHECK (roster_type IN ('rotating_crew', 'relief', 'office')),
    crew text CHECK (crew IN ('A', 'B', 'C', 'D')),
    shift_schedule_id integer NOT NULL REFERENCES hr.shift_schedules (shift_schedule_id),
    effective_date date NOT NULL,
    end_date date,
    change_reason text NOT NULL CHECK (change_reason IN
        ('hire', 'transfer', 'promotion', 'crew_balance', 'own_request')),
    assigned_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, effective_date),
    CHECK ((roster_type = 'rotating_crew') = (crew IS NOT NULL)),
    CHECK (effective_date <= end_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_shifts_shift ON hr.employee_shifts (shift_schedule_id);
CREATE INDEX employee_shifts_crew ON hr.employee_shifts (crew, effective_date);
COMMENT ON TABLE hr.employee_shifts IS 'Assignment of a person to a crew or shift, with its validity; a person''s assignments do not overlap and leave no gap.';
COMMENT ON COLUMN hr.employee_shifts.employee_shift_id IS 'Key.';
COMMENT ON COLUMN hr.employee_shifts.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_shifts.roster_type IS 'rotating_crew (two days early, two late, two nights, two off) | relief (stands in, always on one shift) | office (Monday to Friday).';
COMMENT ON COLUMN hr.employee_shifts.crew IS 'Crew A to D; NULL unless rotating_crew.';
COMMENT ON COLUMN hr.employee_shifts.shift_schedule_id IS 'Shift worked; of a rotating crew the first one on duty from the effective date.';
COMMENT ON COLUMN hr.employee_shifts.effective_date IS 'First day.';
COMMENT ON COLUMN hr.employee_shifts.end_date IS 'Last day; NULL until the next assignment or the end of employment is known.';
COMMENT ON COLUMN hr.employee_shifts.change_reason IS 'Why it was made.';
COMMENT ON COLUMN hr.employee_shifts.assigned_by IS 'Who made it: supervisor or human resources. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_shifts.created_at IS 'When it was recorded.';
COMMENT ON COLUMN hr.employee_shifts.updated_at IS 'Last change of the row.';

CREATE TABLE hr.leave_types (
    leave_type_id integer PRIMARY KEY,
    leave_type_code text NOT NULL UNIQUE CHECK (leave_type_code ~ '^[A-Z]{2,4}$'),
    leave_type_name text NOT NULL UNIQUE,
    leave_category text NOT NULL CHECK (leave_category IN ('vacation', 'health', 'family', 'statutory', 'unpaid')),
    is_paid boolean NOT NULL,
    accrual_frequency text CHECK (accrual_frequency IN ('monthly', 'yearly')),
    accrual_days numeric(5, 2) CHECK (accrual_days > 0),
    max_days_per_year numeric(5, 1) CHECK (max_days_per_year > 0),
    max_carry_forward_days numeric(5, 1) NOT NULL CHECK (max_carry_forward_days >= 0),
    min_notice_days smallint NOT NULL CHECK (min_notice_days >= 0),
    requires_approval boolean NOT NULL,
    requires_documentation boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((accrual_frequency IS NULL) = (accrual_days IS NULL)),
    CHECK (max_carry_forward_days = 0 OR accrual_frequency IS NOT NULL),
    CHECK ((leave_category = 'unpaid') = NOT is_paid)
);
COMMENT ON TABLE hr.leave_types IS 'Kind of leave and its rules.';
COMMENT ON COLUMN hr.leave_types.leave_type_id IS 'Key.';
COMMENT ON COLUMN hr.leave_types.leave_type_code IS 'Code.';
COMMENT ON COLUMN hr.leave_types.leave_type_name IS 'Name.';
COMMENT ON COLUMN hr.leave_types.leave_category IS 'vacation | health | family | statutory (such as jury service) | unpaid.';
COMMENT ON COLUMN hr.leave_types.is_paid IS 'Hours of leave are credited as paid.';
COMMENT ON COLUMN hr.leave_types.accrual_frequency IS 'How often days are credited: monthly | yearly; NULL if granted by the case.';
COMMENT ON COLUMN hr.leave_types.accrual_days IS 'Days credited each time; NULL if granted by the case.';
COMMENT ON COLUMN hr.leave_types.max_days_per_year IS 'Most days in a year; NULL if unlimited.';
COMMENT ON COLUMN hr.leave_types.max_carry_forward_days IS 'Most days carried into the next year.';
COMMENT ON COLUMN hr.leave_types.min_notice_days IS 'Least notice before the first day, days.';
COMMENT ON COLUMN hr.leave_types.requires_approval IS 'The superior decides; otherwise human resources takes note.';
COMMENT ON COLUMN hr.leave_types.requires_documentation IS 'Proof is asked for, such as a certificate.';
COMMENT ON COLUMN hr.leave_types.created_at IS 'When the record was entered.';

CREATE TABLE hr.employee_leave_balances (
    employee_leave_balance_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    leave_type_id integer NOT NULL REFERENCES hr.leave_types (leave_type_id),
    leave_year smallint NOT NULL CHECK (leave_year BETWEEN 1970 AND 2100),
    opening_balance_days numeric(6, 2) NOT NULL CHECK (opening_balance_days >= 0),
    accrued_days numeric(6, 2) NOT NULL CHECK (accrued_days >= 0),
    used_days numeric(6, 2) NOT NULL CHECK (used_days >= 0),
    pending_days numeric(6, 2) NOT NULL CHECK (pending_days >= 0),
    available_balance_days numeric(6, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, leave_type_id, leave_year),
    CHECK (available_balance_days = opening_balance_days + accrued_days - used_days - pending_days),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_leave_balances_type ON hr.employee_leave_balances (leave_type_id, leave_year);
COMMENT ON TABLE hr.employee_leave_balances IS 'Leave account of a person for one kind of leave and year; kinds that accrue days, and what was used of the others.';
COMMENT ON COLUMN hr.employee_leave_balances.employee_leave_balance_id IS 'Key.';
COMMENT ON COLUMN hr.employee_leave_balances.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_leave_balances.leave_type_id IS 'Kind of leave.';
COMMENT ON COLUMN hr.employee_leave_balances.leave_year IS 'Calendar year; constant until the first new year on record.';
COMMENT ON COLUMN hr.employee_leave_balances.opening_balance_days IS 'Days carried from the year before.';
COMMENT ON COLUMN hr.employee_leave_balances.accrued_days IS 'Days credited in the year so far; of kinds granted by the case, with each grant.';
COMMENT ON COLUMN hr.employee_leave_balances.used_days IS 'Days taken in the year so far.';
COMMENT ON COLUMN hr.employee_leave_balances.pending_days IS 'Days of requests submitted or approved, and not yet taken.';
COMMENT ON COLUMN hr.employee_leave_balances.available_balance_days IS 'Opening plus accrued minus used minus pending; negative if days were granted in advance.';
COMMENT ON COLUMN hr.employee_leave_balances.created_at IS 'When the account was opened.';
COMMENT ON COLUMN hr.employee_leave_balances.updated_at IS 'Last change of the row.';

CREATE TABLE hr.leave_requests (
    leave_request_id bigint PRIMARY KEY,
    request_number text NOT NULL UNIQUE CHECK (request_number ~ '^LV-[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    employee_id integer NOT NULL,
    leave_type_id integer NOT NULL REFERENCES hr.leave_types (leave_type_id),
    start_date date NOT NULL,
    end_date date NOT NULL,
    half_day_session text CHECK (half_day_session IN ('first_half', 'second_half')),
    total_days numeric(5, 1) NOT NULL CHECK (total_days > 0),
    request_status text NOT NULL CHECK (request_status IN
        ('submitted', 'approved', 'rejected', 'cancelled', 'taken')),
    decided_by integer,
    decided_at timestamptz,
    rejection_reason text CHECK (rejection_reason IN ('staffing', 'notice_too_short', 'balance', 'documentation')),
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (start_date <= end_date),
    CHECK (total_days <= end_date - start_date + 1),
    CHECK ((total_days = 0.5) = (half_day_session IS NOT NULL)),
    CHECK (half_day_session IS NULL OR start_date = end_date),
    CHECK (decided_by <> employee_id),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (request_status <> 'submitted' OR decided_at IS NULL),
    CHECK (request_status NOT IN ('approved', 'rejected', 'taken') OR decided_at IS NOT NULL),
    CHECK ((request_status = 'rejected') = (rejection_reason IS NOT NULL)),
    CHECK ((request_status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (created_at < decided_at),
    CHECK (created_at < cancelled_at),
    CHECK (decided_at < cancelled_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX leave_requests_employee ON hr.leave_requests (employee_id, start_date);
CREATE INDEX leave_requests_type ON hr.leave_requests (leave_type_id);
CREATE INDEX leave_requests_undecided ON hr.leave_requests (created_at) WHERE request_status = 'submitted';
COMMENT ON TABLE hr.leave_requests IS 'Request for leave, from submission until the leave is taken.';
COMMENT ON COLUMN hr.leave_requests.leave_request_id IS 'Key.';
COMMENT ON COLUMN hr.leave_requests.request_number IS 'Request number: LV-<employee>-<yyyymmdd of the request>-<sequence>.';
COMMENT ON COLUMN hr.leave_requests.employee_id IS 'Who asks for leave. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.leave_requests.leave_type_id IS 'Kind of leave.';
COMMENT ON COLUMN hr.leave_requests.start_date IS 'First day of leave.';
COMMENT ON COLUMN hr.leave_requests.end_date IS 'Last day of leave.';
COMMENT ON COLUMN hr.leave_requests.half_day_session IS 'Half of the shift taken off; NULL unless half a day, about 1 in 12.';
COMMENT ON COLUMN hr.leave_requests.total_days IS 'Working days by the person''s roster.';
COMMENT ON COLUMN hr.leave_requests.request_status IS 'submitted | approved | rejected | cancelled (by the person) | taken (its last day is over).';
COMMENT ON COLUMN hr.leave_requests.decided_by IS 'Who approved or rejected; known when decided. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.leave_requests.decided_at IS 'When it was decided; NULL until then, and if cancelled before.';
COMMENT ON COLUMN hr.leave_requests.rejection_reason IS 'staffing | notice_too_short | balance | documentation; NULL unless rejected, about 1 in 15.';
COMMENT ON COLUMN hr.leave_requests.cancelled_at IS 'When it was cancelled; NULL unless cancelled, about 1 in 25.';
COMMENT ON COLUMN hr.leave_requests.created_at IS 'When it was submitted.';
COMMENT ON COLUMN hr.leave_requests.updated_at IS 'Last change of the row.';

CREATE TABLE hr.attendance_records (
    attendance_record_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    attendance_date date NOT NULL,
    shift_schedule_id integer NOT NULL REFERENCES hr.shift_schedules (shift_schedule_id),
    scheduled_start_time timestamptz NOT NULL,
    scheduled_end_time timestamptz NOT NULL,
    attendance_status text NOT NULL CHECK (attendance_status IN ('present', 'on_leave', 'sick', 'unexcused')),
    is_call_in boolean NOT NULL,
    leave_request_id bigint REFERENCES hr.leave_requests (leave_request_id),
    clock_in_time timestamptz,
    clock_out_time timestamptz,
    regular_hours numeric(5, 2) CHECK (regular_hours BETWEEN 0 AND 12),
    overtime_hours numeric(5, 2) CHECK (overtime_hours BETWEEN 0 AND 12),
    overtime_approved_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, attendance_date),
    CHECK (scheduled_start_time < scheduled_end_time),
    CHECK (clock_in_time < clock_out_time),
    CHECK (clock_in_time < scheduled_end_time),
    CHECK (clock_out_time IS NULL OR clock_in_time IS NOT NULL),
    CHECK ((attendance_status = 'present') = (clock_in_time IS NOT NULL)),
    CHECK ((attendance_status = 'present' AND clock_out_time IS NULL) = (regular_hours IS NULL)),
    CHECK ((regular_hours IS NULL) = (overtime_hours IS NULL)),
    CHECK (attendance_status <> 'unexcused' OR regular_hours = 0),
    CHECK (attendance_status = 'present' OR overtime_hours = 0),
    -- A quarter of an hour is rounded in favour of the person.
    CHECK (regular_hours + overtime_hours <= extract(epoch FROM clock_out_time - clock_in_time) / 3600 + 0.25),
    CHECK ((coalesce(overtime_hours, 0) > 0) = (overtime_approved_by IS NOT NULL)),
    CHECK (overtime_approved_by <> employee_id),
    CHECK ((attendance_status = 'on_leave') = (leave_request_id IS NOT NULL)),
    CHECK (NOT is_call_in OR (attendance_status = 'present' AND coalesce(regular_hours, 0) = 0)),
    CHECK (clock_in_time <= created_at),
    CHECK (clock_out_time <= updated_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX attendance_records_date ON hr.attendance_records (attendance_date, attendance_status);
CREATE INDEX attendance_records_shift ON hr.attendance_records (shift_schedule_id, attendance_date);
CREATE INDEX attendance_records_leave ON hr.attendance_records (leave_request_id) WHERE leave_request_id IS NOT NULL;
CREATE INDEX attendance_records_clock ON hr.attendance_records (employee_id, clock_in_time);
COMMENT ON TABLE hr.attendance_records IS 'Day of a person on the roster, or called in: worked or absent. Recorded at clock-in, or when the shift starts without the person.';
COMMENT ON COLUMN hr.attendance_records.attendance_record_id IS 'Key.';
COMMENT ON COLUMN hr.attendance_records.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.attendance_records.attendance_date IS 'Production day of the shift, factory-local.';
COMMENT ON COLUMN hr.attendance_records.shift_schedule_id IS 'Shift.';
COMMENT ON COLUMN hr.attendance_records.scheduled_start_time IS 'Start of the shift on that day.';
COMMENT ON COLUMN hr.attendance_records.scheduled_end_time IS 'End of the shift on that day.';
COMMENT ON COLUMN hr.attendance_records.attendance_status IS 'present | on_leave | sick | unexcused (no notice, no pay).';
COMMENT ON COLUMN hr.attendance_records.is_call_in IS 'Off by the rota and called in for an absence or to a repair: all hours are overtime.';
COMMENT ON COLUMN hr.attendance_records.leave_request_id IS 'Approved leave; NULL unless on leave.';
COMMENT ON COLUMN hr.attendance_records.clock_in_time IS 'Clock-in at the gate; NULL if absent.';
COMMENT ON COLUMN hr.attendance_records.clock_out_time IS 'Clock-out at the gate; NULL until then, and if absent.';
COMMENT ON COLUMN hr.attendance_records.regular_hours IS 'Hours paid at the plain rate: worked within the shift less an unpaid break, or credited for paid leave and sickness; known at clock-out, or with the absence.';
COMMENT ON COLUMN hr.attendance_records.overtime_hours IS 'Hours paid as overtime, approved ones only; known with the regular hours.';
COMMENT ON COLUMN hr.attendance_records.overtime_approved_by IS 'Supervisor who approved the overtime; NULL without overtime. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.attendance_records.created_at IS 'When the row was recorded.';
COMMENT ON COLUMN hr.attendance_records.updated_at IS 'Last change of the row.';

-- Pay.

CREATE TABLE hr.payroll_results (
    payroll_result_id bigint PRIMARY KEY,
    payroll_number text NOT NULL UNIQUE CHECK (payroll_number ~ '^PAY-[0-9]+-[0-9]{8}$'),
    employee_id integer NOT NULL,
    cost_center_code text NOT NULL,
    pay_period_start date NOT NULL,
    pay_period_end date NOT NULL,
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    regular_hours numeric(7, 2) NOT NULL CHECK (regular_hours >= 0),
    paid_absence_hours numeric(7, 2) NOT NULL CHECK (paid_absence_hours BETWEEN 0 AND regular_hours),
    overtime_hours numeric(7, 2) NOT NULL CHECK (overtime_hours >= 0),
    regular_pay numeric(14, 2) NOT NULL,
    overtime_pay numeric(14, 2) NOT NULL,
    gross_pay numeric(14, 2) NOT NULL,
    income_tax numeric(14, 2) NOT NULL CHECK (income_tax >= 0),
    social_security numeric(14, 2) NOT NULL CHECK (social_security >= 0),
    net_pay numeric(14, 2) NOT NULL CHECK (net_pay >= 0),
    employer_contributions numeric(14, 2) NOT NULL CHECK (employer_contributions >= 0),
    payroll_status text NOT NULL CHECK (payroll_status IN ('calculated', 'posted', 'paid')),
    journal_entry_id bigint,
    approved_by integer,
    posted_at timestamptz,
    paid_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_id, pay_period_end),
    CHECK (pay_period_end BETWEEN pay_period_start AND pay_period_start + 13),
    CHECK (regular_pay = round(regular_hours * hourly_rate, 2)),
    CHECK (overtime_pay = round(overtime_hours * hourly_rate * 1.5, 2)),
    CHECK (gross_pay = regular_pay + overtime_pay),
    CHECK (net_pay = gross_pay - income_tax - social_security),
    CHECK (num_nonnulls(posted_at, journal_entry_id, approved_by)
        = CASE payroll_status WHEN 'calculated' THEN 0 ELSE 3 END),
    CHECK ((payroll_status = 'paid') = (paid_at IS NOT NULL)),
    CHECK (created_at < posted_at),
    CHECK (posted_at < paid_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX payroll_results_period ON hr.payroll_results (pay_period_end);
CREATE INDEX payroll_results_cost_center ON hr.payroll_results (cost_center_code, pay_period_end);
CREATE INDEX payroll_results_journal ON hr.payroll_results (journal_entry_id);
COMMENT ON TABLE hr.payroll_results IS 'Pay of a person for one period of two weeks. Hours are those of the attendance records of the period.';
COMMENT ON COLUMN hr.payroll_results.payroll_result_id IS 'Key.';
COMMENT ON COLUMN hr.payroll_results.payroll_number IS 'Number of the payslip: PAY-<employee>-<yyyymmdd of the end of the period>.';
COMMENT ON COLUMN hr.payroll_results.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.payroll_results.cost_center_code IS 'Cost centre charged. -> erp.cost_centers(cost_center_code)';
COMMENT ON COLUMN hr.payroll_results.pay_period_start IS 'First day paid; of a newcomer the day of hire.';
COMMENT ON COLUMN hr.payroll_results.pay_period_end IS 'Last day of the period; of a leaver the last day employed.';
COMMENT ON COLUMN hr.payroll_results.hourly_rate IS 'Base pay of the period, by the employment history [currency/h].';
COMMENT ON COLUMN hr.payroll_results.currency IS 'Currency of all amounts of the row, that of the factory, ISO 4217.';
COMMENT ON COLUMN hr.payroll_results.regular_hours IS 'Hours paid at the plain rate.';
COMMENT ON COLUMN hr.payroll_results.paid_absence_hours IS 'Of the regular hours, those credited for paid leave and sickness.';
COMMENT ON COLUMN hr.payroll_results.overtime_hours IS 'Hours paid at one and a half.';
COMMENT ON COLUMN hr.payroll_results.regular_pay IS 'Regular hours times rate [currency].';
COMMENT ON COLUMN hr.payroll_results.overtime_pay IS 'Overtime hours times one and a half the rate [currency].';
COMMENT ON COLUMN hr.payroll_results.gross_pay IS 'Regular plus overtime pay [currency].';
COMMENT ON COLUMN hr.payroll_results.income_tax IS 'Income tax withheld [currency].';
COMMENT ON COLUMN hr.payroll_results.social_security IS 'The person''s share of social security, withheld [currency].';
COMMENT ON COLUMN hr.payroll_results.net_pay IS 'Gross less tax and social security: what is transferred [currency].';
COMMENT ON COLUMN hr.payroll_results.employer_contributions IS 'The company''s share of social security, on top of gross [currency].';
COMMENT ON COLUMN hr.payroll_results.payroll_status IS 'calculated | posted (approved, and in the books) | paid.';
COMMENT ON COLUMN hr.payroll_results.journal_entry_id IS 'Document of the company''s payroll run that contains it; known when posted. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN hr.payroll_results.approved_by IS 'Controller who approved the run; known when posted. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.payroll_results.posted_at IS 'When the run was posted; known when posted.';
COMMENT ON COLUMN hr.payroll_results.paid_at IS 'When the money was transferred; known when paid.';
COMMENT ON COLUMN hr.payroll_results.created_at IS 'When it was calculated, after the end of the period.';
COMMENT ON COLUMN hr.payroll_results.updated_at IS 'Last change of the row.';

-- Joining and leaving.

CREATE TABLE hr.onboarding_checklists (
    onboarding_checklist_id integer PRIMARY KEY,
    checklist_code text NOT NULL UNIQUE CHECK (checklist_code ~ '^OC-[0-9]{2}$'),
    checklist_name text NOT NULL UNIQUE,
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    revision smallint NOT NULL CHECK (revision > 0),
    probation_months smallint NOT NULL CHECK (probation_months BETWEEN 1 AND 12),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX onboarding_checklists_job_role ON hr.onboarding_checklists (job_role_id);
COMMENT ON TABLE hr.onboarding_checklists IS 'Template of what is done when somebody joins.';
COMMENT ON COLUMN hr.onboarding_checklists.onboarding_checklist_id IS 'Key.';
COMMENT ON COLUMN hr.onboarding_checklists.checklist_code IS 'Template code.';
COMMENT ON COLUMN hr.onboarding_checklists.checklist_name IS 'Name.';
COMMENT ON COLUMN hr.onboarding_checklists.job_role_id IS 'Job role it was written for; others of the family use it unless they have their own.';
COMMENT ON COLUMN hr.onboarding_checklists.revision IS 'Revision in force.';
COMMENT ON COLUMN hr.onboarding_checklists.probation_months IS 'Length of the probation.';
COMMENT ON COLUMN hr.onboarding_checklists.effective_from IS 'First day of the revision.';
COMMENT ON COLUMN hr.onboarding_checklists.created_at IS 'When the record was entered.';

CREATE TABLE hr.onboarding_checklist_items (
    onboarding_checklist_item_id integer PRIMARY KEY,
    onboarding_checklist_id integer NOT NULL REFERENCES hr.onboarding_checklists (onboarding_checklist_id),
    item_number smallint NOT NULL CHECK (item_number > 0),
    item_title text NOT NULL,
    item_category text NOT NULL CHECK (item_category IN
        ('paperwork', 'access', 'equipment', 'safety', 'training', 'introduction', 'review')),
    training_course_id integer REFERENCES hr.training_courses (training_course_id),
    responsible_party text NOT NULL CHECK (responsible_party IN
        ('human_resources', 'superior', 'information_technology', 'safety', 'employee')),
    due_days_from_hire smallint NOT NULL CHECK (due_days_from_hire BETWEEN -30 AND 365),
    is_mandatory boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (onboarding_checklist_id, item_number),
    CHECK (training_course_id IS NULL OR item_category IN ('training', 'safety'))
);
CREATE INDEX onboarding_checklist_items_course ON hr.onboarding_checklist_items (training_course_id);
COMMENT ON TABLE hr.onboarding_checklist_items IS 'Item of an onboarding template.';
COMMENT ON COLUMN hr.onboarding_checklist_items.onboarding_checklist_item_id IS 'Key.';
COMMENT ON COLUMN hr.onboarding_checklist_items.onboarding_checklist_id IS 'Template.';
COMMENT ON COLUMN hr.onboarding_checklist_items.item_number IS 'Position on the list, from 1.';
COMMENT ON COLUMN hr.onboarding_checklist_items.item_title IS 'What is to be done.';
COMMENT ON COLUMN hr.onboarding_checklist_items.item_category IS 'What it is about.';
COMMENT ON COLUMN hr.onboarding_checklist_items.training_course_id IS 'Course to be passed; NULL for items that are no course.';
COMMENT ON COLUMN hr.onboarding_checklist_items.responsible_party IS 'Who sees to it.';
COMMENT ON COLUMN hr.onboarding_checklist_items.due_days_from_hire IS 'Due so many days after the first day; negative: before it.';
COMMENT ON COLUMN hr.onboarding_checklist_items.is_mandatory IS 'May not be waived.';
COMMENT ON COLUMN hr.onboarding_checklist_items.created_at IS 'When the record was entered.';

CREATE TABLE hr.employee_onboarding (
    employee_onboarding_id bigint PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    position_id integer NOT NULL REFERENCES hr.positions (position_id),
    onboarding_checklist_id integer NOT NULL REFERENCES hr.onboarding_checklists (onboarding_checklist_id),
    hr_coordinator_id integer NOT NULL,
    mentor_id integer,
    onboarding_start_date date NOT NULL,
    probation_end_date date NOT NULL,
    onboarding_status text NOT NULL CHECK (onboarding_status IN ('preparing', 'in_progress', 'completed', 'aborted')),
    total_items smallint NOT NULL CHECK (total_items > 0),
    completed_items smallint NOT NULL CHECK (completed_items BETWEEN 0 AND total_items),
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (onboarding_start_date < probation_end_date),
    CHECK (hr_coordinator_id <> employee_id),
    CHECK (mentor_id <> employee_id),
    CHECK ((onboarding_status IN ('completed', 'aborted')) = (closed_at IS NOT NULL)),
    CHECK (onboarding_status <> 'completed' OR completed_items = total_items),
    CHECK (created_at < closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_onboarding_position ON hr.employee_onboarding (position_id);
CREATE INDEX employee_onboarding_checklist ON hr.employee_onboarding (onboarding_checklist_id);
CREATE INDEX employee_onboarding_open ON hr.employee_onboarding (onboarding_start_date) WHERE closed_at IS NULL;
COMMENT ON TABLE hr.employee_onboarding IS 'Onboarding of a person, from the signed contract to the end of probation.';
COMMENT ON COLUMN hr.employee_onboarding.employee_onboarding_id IS 'Key.';
COMMENT ON COLUMN hr.employee_onboarding.employee_id IS 'Person who joins. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_onboarding.position_id IS 'Seat to be taken.';
COMMENT ON COLUMN hr.employee_onboarding.onboarding_checklist_id IS 'Template.';
COMMENT ON COLUMN hr.employee_onboarding.hr_coordinator_id IS 'Who coordinates it in human resources. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_onboarding.mentor_id IS 'Experienced colleague who looks after the newcomer; NULL until named on the first day. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_onboarding.onboarding_start_date IS 'First day at work.';
COMMENT ON COLUMN hr.employee_onboarding.probation_end_date IS 'Last day of the probation.';
COMMENT ON COLUMN hr.employee_onboarding.onboarding_status IS 'preparing (before the first day) | in_progress | completed | aborted (left during probation; about 1 in 15).';
COMMENT ON COLUMN hr.employee_onboarding.total_items IS 'Items of the case.';
COMMENT ON COLUMN hr.employee_onboarding.completed_items IS 'Items done or waived.';
COMMENT ON COLUMN hr.employee_onboarding.closed_at IS 'When the case was completed or aborted; NULL while open.';
COMMENT ON COLUMN hr.employee_onboarding.created_at IS 'When the case was opened.';
COMMENT ON COLUMN hr.employee_onboarding.updated_at IS 'Last change of the row.';

CREATE TABLE hr.employee_onboarding_items (
    employee_onboarding_item_id bigint PRIMARY KEY,
    employee_onboarding_id bigint NOT NULL REFERENCES hr.employee_onboarding (employee_onboarding_id),
    onboarding_checklist_item_id integer NOT NULL
        REFERENCES hr.onboarding_checklist_items (onboarding_checklist_item_id),
    due_date date NOT NULL,
    item_status text NOT NULL CHECK (item_status IN ('open', 'done', 'waived')),
    completed_by integer,
    completed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (employee_onboarding_id, onboarding_checklist_item_id),
    CHECK ((item_status = 'open') = (completed_at IS NULL)),
    CHECK ((completed_at IS NULL) = (completed_by IS NULL)),
    CHECK (created_at < completed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX employee_onboarding_items_item ON hr.employee_onboarding_items (onboarding_checklist_item_id);
CREATE INDEX employee_onboarding_items_due ON hr.employee_onboarding_items (due_date) WHERE item_status = 'open';
COMMENT ON TABLE hr.employee_onboarding_items IS 'Item of a person''s onboarding.';
COMMENT ON COLUMN hr.employee_onboarding_items.employee_onboarding_item_id IS 'Key.';
COMMENT ON COLUMN hr.employee_onboarding_items.employee_onboarding_id IS 'Case.';
COMMENT ON COLUMN hr.employee_onboarding_items.onboarding_checklist_item_id IS 'Item of the template.';
COMMENT ON COLUMN hr.employee_onboarding_items.due_date IS 'Due by the template and the first day.';
COMMENT ON COLUMN hr.employee_onboarding_items.item_status IS 'open | done | waived.';
COMMENT ON COLUMN hr.employee_onboarding_items.completed_by IS 'Who did or waived it; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.employee_onboarding_items.completed_at IS 'When it was done or waived; known then.';
COMMENT ON COLUMN hr.employee_onboarding_items.created_at IS 'When the item was created, with its case.';
COMMENT ON COLUMN hr.employee_onboarding_items.updated_at IS 'Last change of the row.';

CREATE TABLE hr.offboarding_records (
    offboarding_record_id bigint PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    position_id integer NOT NULL REFERENCES hr.positions (position_id),
    exit_type text NOT NULL CHECK (exit_type IN ('resignation', 'retirement', 'dismissal', 'end_of_contract')),
    exit_reason text NOT NULL CHECK (exit_reason IN
        ('pay', 'career', 'working_hours', 'commute', 'relocation', 'health', 'age', 'performance', 'conduct',
         'contract_term')),
    notice_given_date date NOT NULL,
    notice_period_days smallint NOT NULL CHECK (notice_period_days >= 0),
    last_working_date date NOT NULL,
    it_clearance_at timestamptz,
    facility_clearance_at timestamptz,
    finance_clearance_at timestamptz,
    hr_clearance_at timestamptz,
    exit_interview_date date,
    unused_leave_days numeric(5, 1) CHECK (unused_leave_days >= 0),
    final_settlement_amount numeric(14, 2) CHECK (final_settlement_amount >= 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    eligible_for_rehire boolean,
    offboarding_status text NOT NULL CHECK (offboarding_status IN ('notice', 'clearing', 'closed')),
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (notice_given_date <= last_working_date),
    CHECK (notice_given_date <= exit_interview_date),
    CHECK (created_at < it_clearance_at),
    CHECK (created_at < facility_clearance_at),
    CHECK (created_at < finance_clearance_at),
    CHECK (greatest(it_clearance_at, facility_clearance_at, finance_clearance_at) <= hr_clearance_at),
    CHECK (hr_clearance_at <= closed_at),
    CHECK (offboarding_status <> 'notice'
        OR num_nonnulls(it_clearance_at, facility_clearance_at, finance_clearance_at, hr_clearance_at) = 0),
    CHECK (hr_clearance_at IS NULL OR num_nulls(it_clearance_at, facility_clearance_at, finance_clearance_at) = 0),
    CHECK (num_nonnulls(hr_clearance_at, closed_at, unused_leave_days, final_settlement_amount, eligible_for_rehire)
        = CASE offboarding_status WHEN 'closed' THEN 5 ELSE 0 END),
    CHECK (created_at <= updated_at)
);
CREATE INDEX offboarding_records_position ON hr.offboarding_records (position_id);
CREATE INDEX offboarding_records_last_day ON hr.offboarding_records (last_working_date);
COMMENT ON TABLE hr.offboarding_records IS 'Exit of a person, from notice to final settlement.';
COMMENT ON COLUMN hr.offboarding_records.offboarding_record_id IS 'Key.';
COMMENT ON COLUMN hr.offboarding_records.employee_id IS 'Person who leaves. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.offboarding_records.position_id IS 'Seat that becomes vacant.';
COMMENT ON COLUMN hr.offboarding_records.exit_type IS 'resignation | retirement | dismissal | end_of_contract.';
COMMENT ON COLUMN hr.offboarding_records.exit_reason IS 'Main reason.';
COMMENT ON COLUMN hr.offboarding_records.notice_given_date IS 'Day on which notice was given.';
COMMENT ON COLUMN hr.offboarding_records.notice_period_days IS 'Notice period by contract, days.';
COMMENT ON COLUMN hr.offboarding_records.last_working_date IS 'Last day employed; earlier than the notice period if both agree, or at a dismissal.';
COMMENT ON COLUMN hr.offboarding_records.it_clearance_at IS 'Accounts closed and devices returned; NULL until then.';
COMMENT ON COLUMN hr.offboarding_records.facility_clearance_at IS 'Badge, keys and tools returned; NULL until then.';
COMMENT ON COLUMN hr.offboarding_records.finance_clearance_at IS 'Advances and expenses settled; NULL until then.';
COMMENT ON COLUMN hr.offboarding_records.hr_clearance_at IS 'Papers handed over, after the other clearances; known when closed.';
COMMENT ON COLUMN hr.offboarding_records.exit_interview_date IS 'Day of the exit interview; NULL until then, or if declined, about 1 in 3.';
COMMENT ON COLUMN hr.offboarding_records.unused_leave_days IS 'Leave paid out; known when closed.';
COMMENT ON COLUMN hr.offboarding_records.final_settlement_amount IS 'Paid on top of the last pay: unused leave and severance [currency]; known when closed.';
COMMENT ON COLUMN hr.offboarding_records.currency IS 'Currency of the settlement, that of the factory, ISO 4217.';
COMMENT ON COLUMN hr.offboarding_records.eligible_for_rehire IS 'May come back; known when closed.';
COMMENT ON COLUMN hr.offboarding_records.offboarding_status IS 'notice | clearing | closed.';
COMMENT ON COLUMN hr.offboarding_records.closed_at IS 'When the record was closed; known when closed.';
COMMENT ON COLUMN hr.offboarding_records.created_at IS 'When the notice was recorded.';
COMMENT ON COLUMN hr.offboarding_records.updated_at IS 'Last change of the row.';

-- Safety at work.

CREATE TABLE hr.ppe_requirements (
    ppe_requirement_id integer PRIMARY KEY,
    job_role_id integer NOT NULL REFERENCES hr.job_roles (job_role_id),
    department_id integer NOT NULL,
    ppe_item text NOT NULL CHECK (ppe_item IN
        ('safety_shoes', 'safety_glasses', 'hearing_protection', 'cut_gloves', 'heat_gloves', 'chemical_gloves',
         'welding_helmet', 'respirator', 'high_visibility_vest', 'hard_hat', 'esd_coat')),
    hazard text NOT NULL CHECK (hazard IN
        ('crushing', 'flying_chips', 'noise', 'cutting', 'heat', 'chemicals', 'arc_radiation', 'fumes', 'traffic',
         'falling_objects', 'electrostatic_discharge')),
    protection_standard text NOT NULL,
    replacement_interval_months smallint CHECK (replacement_interval_months > 0),
    effective_from date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (job_role_id, department_id, ppe_item)
);
CREATE INDEX ppe_requirements_department ON hr.ppe_requirements (department_id);
COMMENT ON TABLE hr.ppe_requirements IS 'Protective equipment that a job role must wear in a department.';
COMMENT ON COLUMN hr.ppe_requirements.ppe_requirement_id IS 'Key.';
COMMENT ON COLUMN hr.ppe_requirements.job_role_id IS 'Job role.';
COMMENT ON COLUMN hr.ppe_requirements.department_id IS 'Department in which it is worn. -> master.departments(department_id)';
COMMENT ON COLUMN hr.ppe_requirements.ppe_item IS 'Equipment.';
COMMENT ON COLUMN hr.ppe_requirements.hazard IS 'Hazard it protects from, by the risk assessment.';
COMMENT ON COLUMN hr.ppe_requirements.protection_standard IS 'Standard the equipment meets, such as EN 352-1.';
COMMENT ON COLUMN hr.ppe_requirements.replacement_interval_months IS 'Replaced after so many months; NULL: when worn.';
COMMENT ON COLUMN hr.ppe_requirements.effective_from IS 'First day of the requirement.';
COMMENT ON COLUMN hr.ppe_requirements.created_at IS 'When the record was entered.';

CREATE TABLE hr.safety_incidents (
    safety_incident_id bigint PRIMARY KEY,
    incident_number text NOT NULL UNIQUE CHECK (incident_number ~ '^INC-F[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    factory_id integer NOT NULL,
    department_id integer NOT NULL,
    machine_id integer,
    employee_id integer NOT NULL,
    reported_by integer NOT NULL,
    incident_time timestamptz NOT NULL,
    incident_location text NOT NULL CHECK (incident_location IN
        ('production_line', 'warehouse', 'dock', 'workshop', 'laboratory', 'office', 'yard')),
    incident_type text NOT NULL CHECK (incident_type IN
        ('slip_trip_fall', 'caught_between', 'struck_by', 'cut', 'burn', 'overexertion', 'chemical_contact',
         'electrical', 'vehicle')),
    severity text NOT NULL CHECK (severity IN
        ('near_miss', 'first_aid', 'medical_treatment', 'restricted_work', 'lost_time')),
    injury_type text CHECK (injury_type IN
        ('contusion', 'laceration', 'burn', 'sprain', 'fracture', 'irritation', 'electric_shock')),
    body_part_affected text CHECK (body_part_affected IN
        ('hand', 'finger', 'arm', 'foot', 'leg', 'back', 'head', 'eye', 'torso')),
    days_away_from_work smallint NOT NULL CHECK (days_away_from_work >= 0),
    restricted_work_days smallint NOT NULL CHECK (restricted_work_days >= 0),
    immediate_cause text NOT NULL CHECK (immediate_cause IN
        ('unsafe_act', 'guarding', 'housekeeping', 'tool_or_equipment', 'missing_ppe', 'traffic', 'ergonomics')),
    incident_status text NOT NULL CHECK (incident_status IN ('reported', 'investigated', 'closed')),
    investigated_by integer,
    investigated_at timestamptz,
    root_cause text CHECK (root_cause IN
        ('procedure', 'training', 'supervision', 'design', 'maintenance', 'workload', 'behaviour')),
    corrective_action text CHECK (corrective_action IN
        ('elimination', 'substitution', 'engineering_control', 'administrative_control', 'ppe')),
    corrective_action_due_date date,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (incident_time <= created_at),
    CHECK ((severity = 'near_miss') = (injury_type IS NULL)),
    CHECK ((injury_type IS NULL) = (body_part_affected IS NULL)),
    CHECK (days_away_from_work = 0 OR severity = 'lost_time'),
    CHECK (restricted_work_days = 0 OR severity IN ('restricted_work', 'lost_time')),
    CHECK (num_nonnulls(investigated_by, investigated_at, root_cause, corrective_action, corrective_action_due_date)
        = CASE incident_status WHEN 'reported' THEN 0 ELSE 5 END),
    CHECK (investigated_by <> employee_id),
    CHECK ((incident_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (created_at < investigated_at),
    CHECK (investigated_at < closed_at),
    CHECK (created_at <= updated_at)
);
CREATE INDEX safety_incidents_factory ON hr.safety_incidents (factory_id, incident_time);
CREATE INDEX safety_incidents_employee ON hr.safety_incidents (employee_id);
CREATE INDEX safety_incidents_machine ON hr.safety_incidents (machine_id) WHERE machine_id IS NOT NULL;
CREATE INDEX safety_incidents_open ON hr.safety_incidents (created_at) WHERE closed_at IS NULL;
COMMENT ON TABLE hr.safety_incidents IS 'Accident at work or near miss, with its investigation. Recordable by OSHA are medical treatment, restricted work and lost time: about 1 in 12.';
COMMENT ON COLUMN hr.safety_incidents.safety_incident_id IS 'Key.';
COMMENT ON COLUMN hr.safety_incidents.incident_number IS 'Incident number: INC-F<factory>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN hr.safety_incidents.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN hr.safety_incidents.department_id IS 'Department of the person. -> master.departments(department_id)';
COMMENT ON COLUMN hr.safety_incidents.machine_id IS 'Machine at which it happened; NULL if at none. -> master.machines(machine_id)';
COMMENT ON COLUMN hr.safety_incidents.employee_id IS 'Person hurt, or endangered by a near miss; was at work at the time. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.safety_incidents.reported_by IS 'Who reported it. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.safety_incidents.incident_time IS 'When it happened.';
COMMENT ON COLUMN hr.safety_incidents.incident_location IS 'Where it happened.';
COMMENT ON COLUMN hr.safety_incidents.incident_type IS 'How it happened.';
COMMENT ON COLUMN hr.safety_incidents.severity IS 'near_miss | first_aid | medical_treatment | restricted_work | lost_time; may rise when consequences show.';
COMMENT ON COLUMN hr.safety_incidents.injury_type IS 'Injury; NULL for a near miss.';
COMMENT ON COLUMN hr.safety_incidents.body_part_affected IS 'Part of the body hurt; NULL for a near miss.';
COMMENT ON COLUMN hr.safety_incidents.days_away_from_work IS 'Days lost so far, from the day after [d]; above 0 only for lost time, which is rare.';
COMMENT ON COLUMN hr.safety_incidents.restricted_work_days IS 'Days of restricted work so far [d]; above 0 only for restricted work and lost time, which are rare.';
COMMENT ON COLUMN hr.safety_incidents.immediate_cause IS 'Cause seen at the place.';
COMMENT ON COLUMN hr.safety_incidents.incident_status IS 'reported | investigated | closed (the action is done).';
COMMENT ON COLUMN hr.safety_incidents.investigated_by IS 'Who investigated; known then. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.safety_incidents.investigated_at IS 'When the investigation was concluded; known then.';
COMMENT ON COLUMN hr.safety_incidents.root_cause IS 'Root cause found; known when investigated.';
COMMENT ON COLUMN hr.safety_incidents.corrective_action IS 'Kind of action decided, in the hierarchy of controls: elimination | substitution | engineering_control | administrative_control | ppe; known when investigated.';
COMMENT ON COLUMN hr.safety_incidents.corrective_action_due_date IS 'Day by which the action is due; known when investigated.';
COMMENT ON COLUMN hr.safety_incidents.closed_at IS 'When the action was confirmed; known when closed.';
COMMENT ON COLUMN hr.safety_incidents.created_at IS 'When it was reported.';
COMMENT ON COLUMN hr.safety_incidents.updated_at IS 'Last change of the row.';

-- Messages to other systems.

CREATE TABLE hr.hcm_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('service_agent', 'field_technician', 'sales_rep')),
    target_system text NOT NULL CHECK (target_system IN ('service', 'crm')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    employee_id integer NOT NULL,
    employment_status text NOT NULL CHECK (employment_status IN ('active', 'on_leave', 'terminated')),
    shift_code text CHECK (shift_code IN ('E', 'L', 'N', 'D')),
    skills_count smallint NOT NULL CHECK (skills_count >= 0),
    next_expiry_date date,
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    sent_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK ((document_type = 'sales_rep') = (target_system = 'crm')),
    CHECK (sent_at <= applied_at),
    CHECK (sent_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX hcm_integration_log_employee ON hr.hcm_integration_log (employee_id, sent_at);
CREATE INDEX hcm_integration_log_batch ON hr.hcm_integration_log (batch_id);
COMMENT ON TABLE hr.hcm_integration_log IS 'Message about an agent, field technician or sales representative to another system, one row a version of its source row; delivered at least once, applied once. Written by flow: agent data to CRM.';
COMMENT ON COLUMN hr.hcm_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN hr.hcm_integration_log.document_type IS 'What the person is over there: service_agent | field_technician | sales_rep.';
COMMENT ON COLUMN hr.hcm_integration_log.target_system IS 'service | crm (sales representatives).';
COMMENT ON COLUMN hr.hcm_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN hr.hcm_integration_log.source_table IS 'Table of the source row, schema.table: that of the person, its roster, skills, certificates or leave.';
COMMENT ON COLUMN hr.hcm_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN hr.hcm_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN hr.hcm_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN hr.hcm_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN hr.hcm_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN hr.hcm_integration_log.employee_id IS 'Payload: person. -> master.employees(employee_id)';
COMMENT ON COLUMN hr.hcm_integration_log.employment_status IS 'Payload: active | on_leave | terminated, on the day of the message.';
COMMENT ON COLUMN hr.hcm_integration_log.shift_code IS 'Payload: shift of the day; NULL on a day off.';
COMMENT ON COLUMN hr.hcm_integration_log.skills_count IS 'Payload: skills at level 3 or above.';
COMMENT ON COLUMN hr.hcm_integration_log.next_expiry_date IS 'Payload: first expiry among the valid certificates; NULL if none expires.';
COMMENT ON COLUMN hr.hcm_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the target.';
COMMENT ON COLUMN hr.hcm_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN hr.hcm_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN hr.hcm_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN hr.hcm_integration_log.sent_at IS 'When the message was first sent, simulated time.';
COMMENT ON COLUMN hr.hcm_integration_log.applied_at IS 'When the target applied it, simulated time; known when applied.';
COMMENT ON COLUMN hr.hcm_integration_log.updated_at IS 'Last change of the row.';
