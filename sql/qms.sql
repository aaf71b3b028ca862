-- Quality management: planned quality (FMEA, control plans, gauges), quality measured (incoming inspection, SPC),
-- and what goes wrong: complaints, non-conformances, CAPA, 8D, audits, and what all of it costs. Terms follow
-- ISO 9001, IATF 16949 and the AIAG manuals (APQP, PPAP, FMEA, MSA, SPC). Money is USD.

CREATE SCHEMA qms;
CREATE SCHEMA IF NOT EXISTS published;

-- Catalogue of defects; gauges and their calibration.
CREATE TABLE qms.defect_codes (
    defect_code_id integer PRIMARY KEY,
    defect_code text NOT NULL UNIQUE,
    defect_name text NOT NULL UNIQUE,
    defect_group text NOT NULL CHECK (defect_group IN ('dimension', 'surface', 'material', 'joining', 'moulding',
        'assembly', 'packaging', 'documentation', 'function')),
    defect_origin text NOT NULL CHECK (defect_origin IN ('process', 'supplier', 'logistics')),
    process_type text,
    default_severity text NOT NULL CHECK (default_severity IN ('critical', 'major', 'minor')),
    created_at timestamptz NOT NULL,
    CHECK ((defect_origin = 'process') = (process_type IS NOT NULL))
);
COMMENT ON TABLE qms.defect_codes IS 'Kind of defect: of the company''s own processes, of purchased material, or found by customers.';
COMMENT ON COLUMN qms.defect_codes.defect_code_id IS 'Key.';
COMMENT ON COLUMN qms.defect_codes.defect_code IS 'Code; those of inspections at the line are the same there.';
COMMENT ON COLUMN qms.defect_codes.defect_name IS 'Name.';
COMMENT ON COLUMN qms.defect_codes.defect_group IS 'What is affected.';
COMMENT ON COLUMN qms.defect_codes.defect_origin IS 'Where it arises: process | supplier | logistics.';
COMMENT ON COLUMN qms.defect_codes.process_type IS 'Kind of line on which it arises; NULL unless it arises in a process.';
COMMENT ON COLUMN qms.defect_codes.default_severity IS 'critical (safety or law) | major (function or fit) | minor.';
COMMENT ON COLUMN qms.defect_codes.created_at IS 'When the record was entered.';

CREATE TABLE qms.measuring_equipment (
    equipment_id integer PRIMARY KEY,
    equipment_number text NOT NULL UNIQUE CHECK (equipment_number ~ '^G[0-9]{2,}-[0-9]{3,}$'),
    equipment_name text NOT NULL,
    equipment_type text NOT NULL CHECK (equipment_type IN ('caliper', 'micrometer', 'height_gauge', 'bore_gauge',
        'thread_gauge', 'cmm', 'roughness_tester', 'hardness_tester', 'torque_wrench', 'scale', 'vision_system',
        'multimeter')),
    manufacturer text NOT NULL,
    model_number text NOT NULL,
    serial_number text NOT NULL UNIQUE,
    factory_id integer NOT NULL,
    line_id integer,
    responsible_person integer NOT NULL,
    measurement_range_min double precision NOT NULL,
    measurement_range_max double precision NOT NULL,
    unit_of_measure text NOT NULL,
    resolution double precision NOT NULL CHECK (resolution > 0),
    accuracy double precision NOT NULL CHECK (accuracy > 0),
    calibration_frequency_days integer NOT NULL CHECK (calibration_frequency_days > 0),
    calibration_method text NOT NULL CHECK (calibration_method IN ('internal', 'external')),
    last_calibration_date date NOT NULL,
    next_calibration_due date NOT NULL,
    equipment_status text NOT NULL CHECK (equipment_status IN ('in_use', 'in_calibration', 'locked_out')),
    lockout_reason text CHECK (lockout_reason IN ('overdue', 'failed', 'damaged')),
    purchase_date date NOT NULL,
    purchase_cost numeric(14, 2) NOT NULL CHECK (purchase_cost > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (measurement_range_min < measurement_range_max),
    CHECK (purchase_date <= last_calibration_date),
    CHECK (last_calibration_date < next_calibration_due),
    CHECK ((equipment_status = 'locked_out') = (lockout_reason IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX measuring_equipment_factory ON qms.measuring_equipment (factory_id, equipment_type);
CREATE INDEX measuring_equipment_due ON qms.measuring_equipment (next_calibration_due);
COMMENT ON TABLE qms.measuring_equipment IS 'Gauge or instrument under control of measuring equipment, with the state of its calibration.';
COMMENT ON COLUMN qms.measuring_equipment.equipment_id IS 'Key.';
COMMENT ON COLUMN qms.measuring_equipment.equipment_number IS 'Number on the gauge: G<factory>-<number>.';
COMMENT ON COLUMN qms.measuring_equipment.equipment_name IS 'Name.';
COMMENT ON COLUMN qms.measuring_equipment.equipment_type IS 'Kind of gauge; cmm is a coordinate measuring machine.';
COMMENT ON COLUMN qms.measuring_equipment.manufacturer IS 'Maker.';
COMMENT ON COLUMN qms.measuring_equipment.model_number IS 'Model.';
COMMENT ON COLUMN qms.measuring_equipment.serial_number IS 'Serial number of the maker.';
COMMENT ON COLUMN qms.measuring_equipment.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.measuring_equipment.line_id IS 'Line where it is used; NULL for the measuring room. -> master.production_lines(line_id)';
COMMENT ON COLUMN qms.measuring_equipment.responsible_person IS 'Inspector who keeps it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.measuring_equipment.measurement_range_min IS 'Lowest value it shows, in its unit; what is measured with it lies within its range.';
COMMENT ON COLUMN qms.measuring_equipment.measurement_range_max IS 'Highest value it shows, in its unit.';
COMMENT ON COLUMN qms.measuring_equipment.unit_of_measure IS 'Unit of its readings.';
COMMENT ON COLUMN qms.measuring_equipment.resolution IS 'Smallest difference it shows, in its unit.';
COMMENT ON COLUMN qms.measuring_equipment.accuracy IS 'Greatest error permitted, plus or minus, in its unit.';
COMMENT ON COLUMN qms.measuring_equipment.calibration_frequency_days IS 'Time between two calibrations.';
COMMENT ON COLUMN qms.measuring_equipment.calibration_method IS 'internal (own measuring room) | external (accredited laboratory).';
COMMENT ON COLUMN qms.measuring_equipment.last_calibration_date IS 'Day of the last calibration.';
COMMENT ON COLUMN qms.measuring_equipment.next_calibration_due IS 'Last day of its validity.';
COMMENT ON COLUMN qms.measuring_equipment.equipment_status IS 'in_use | in_calibration | locked_out (must not be used).';
COMMENT ON COLUMN qms.measuring_equipment.lockout_reason IS 'Why it is locked out; NULL unless it is, and few gauges are at a time, rarely none.';
COMMENT ON COLUMN qms.measuring_equipment.purchase_date IS 'Day of purchase.';
COMMENT ON COLUMN qms.measuring_equipment.purchase_cost IS 'Purchase price, USD.';
COMMENT ON COLUMN qms.measuring_equipment.created_at IS 'When the record was entered.';
COMMENT ON COLUMN qms.measuring_equipment.updated_at IS 'Last change of the row.';

CREATE TABLE qms.calibration_records (
    calibration_id bigint PRIMARY KEY,
    calibration_number text NOT NULL UNIQUE CHECK (calibration_number ~ '^CAL-G[0-9]{2,}-[0-9]{3,}-[0-9]{8}$'),
    equipment_id integer NOT NULL REFERENCES qms.measuring_equipment (equipment_id),
    calibration_date date NOT NULL,
    calibration_method text NOT NULL CHECK (calibration_method IN ('internal', 'external')),
    calibrated_by integer,
    calibration_lab text,
    reference_standard text NOT NULL,
    as_found_error double precision NOT NULL,
    as_left_error double precision NOT NULL,
    permitted_error double precision NOT NULL CHECK (permitted_error > 0),
    calibration_result text NOT NULL CHECK (calibration_result IN ('passed', 'adjusted', 'failed')),
    next_due_date date,
    calibration_cost numeric(14, 2) NOT NULL CHECK (calibration_cost >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (equipment_id, calibration_date),
    CHECK ((calibration_method = 'internal') = (calibrated_by IS NOT NULL)),
    CHECK ((calibration_method = 'external') = (calibration_lab IS NOT NULL)),
    CHECK (CASE calibration_result WHEN 'passed' THEN abs(as_found_error) <= permitted_error AND as_left_error =
        as_found_error WHEN 'adjusted' THEN abs(as_found_error) > permitted_error AND abs(as_left_error) <=
        permitted_error ELSE abs(as_left_error) > permitted_error END),
    CHECK ((calibration_result = 'failed') = (next_due_date IS NULL)),
    CHECK (calibration_date < next_due_date)
);
CREATE INDEX calibration_records_date ON qms.calibration_records (calibration_date);
COMMENT ON TABLE qms.calibration_records IS 'Calibration of a gauge, recorded when the certificate is issued.';
COMMENT ON COLUMN qms.calibration_records.calibration_id IS 'Key.';
COMMENT ON COLUMN qms.calibration_records.calibration_number IS 'Readable number: CAL-<gauge>-<date>; also that of the certificate.';
COMMENT ON COLUMN qms.calibration_records.equipment_id IS 'Gauge.';
COMMENT ON COLUMN qms.calibration_records.calibration_date IS 'Day of the calibration.';
COMMENT ON COLUMN qms.calibration_records.calibration_method IS 'internal | external.';
COMMENT ON COLUMN qms.calibration_records.calibrated_by IS 'Inspector who did it; NULL if external. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.calibration_records.calibration_lab IS 'Accredited laboratory; NULL if internal.';
COMMENT ON COLUMN qms.calibration_records.reference_standard IS 'Standard it was compared with, traceable to the national one.';
COMMENT ON COLUMN qms.calibration_records.as_found_error IS 'Greatest error found before any adjustment, signed, in the unit of the gauge.';
COMMENT ON COLUMN qms.calibration_records.as_left_error IS 'Greatest error left, signed, in the unit of the gauge.';
COMMENT ON COLUMN qms.calibration_records.permitted_error IS 'Error permitted, plus or minus, in the unit of the gauge.';
COMMENT ON COLUMN qms.calibration_records.calibration_result IS 'passed (as found) | adjusted (found outside, left inside) | failed (left outside, locked out).';
COMMENT ON COLUMN qms.calibration_records.next_due_date IS 'New last day of its validity; NULL if it failed.';
COMMENT ON COLUMN qms.calibration_records.calibration_cost IS 'Cost, USD.';
COMMENT ON COLUMN qms.calibration_records.created_at IS 'When the certificate was recorded.';

CREATE TABLE qms.calibration_alerts (
    alert_id bigint PRIMARY KEY,
    equipment_id integer NOT NULL REFERENCES qms.measuring_equipment (equipment_id),
    alert_type text NOT NULL CHECK (alert_type IN ('due_soon', 'overdue')),
    due_date date NOT NULL,
    days_until_due integer NOT NULL,
    notified_person integer NOT NULL,
    alert_date timestamptz NOT NULL,
    resolved_date timestamptz,
    calibration_id bigint REFERENCES qms.calibration_records (calibration_id),
    updated_at timestamptz NOT NULL,
    UNIQUE (equipment_id, due_date, alert_type),
    CHECK ((alert_type = 'overdue') = (days_until_due < 0)),
    CHECK ((resolved_date IS NULL) = (calibration_id IS NULL)),
    CHECK (alert_date <= resolved_date),
    CHECK (alert_date <= updated_at AND resolved_date <= updated_at)
);
CREATE INDEX calibration_alerts_date ON qms.calibration_alerts (alert_date);
CREATE INDEX calibration_alerts_open ON qms.calibration_alerts (alert_date) WHERE resolved_date IS NULL;
CREATE INDEX calibration_alerts_calibration ON qms.calibration_alerts (calibration_id) WHERE calibration_id IS NOT NULL;
COMMENT ON TABLE qms.calibration_alerts IS 'Reminder that the calibration of a gauge is due soon or overdue; at most one of each a due date.';
COMMENT ON COLUMN qms.calibration_alerts.alert_id IS 'Key.';
COMMENT ON COLUMN qms.calibration_alerts.equipment_id IS 'Gauge.';
COMMENT ON COLUMN qms.calibration_alerts.alert_type IS 'due_soon | overdue (the gauge is locked out).';
COMMENT ON COLUMN qms.calibration_alerts.due_date IS 'Last day of the validity concerned.';
COMMENT ON COLUMN qms.calibration_alerts.days_until_due IS 'Days left at the alert, negative if overdue.';
COMMENT ON COLUMN qms.calibration_alerts.notified_person IS 'Inspector told. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.calibration_alerts.alert_date IS 'When it was raised and recorded.';
COMMENT ON COLUMN qms.calibration_alerts.resolved_date IS 'When the calibration was recorded; NULL until then.';
COMMENT ON COLUMN qms.calibration_alerts.calibration_id IS 'Calibration that settled it; NULL until then.';
COMMENT ON COLUMN qms.calibration_alerts.updated_at IS 'Last change of the row.';

-- Advance quality planning: FMEA, control plans, measurement systems, part approval.
CREATE TABLE qms.fmea_headers (
    fmea_id integer PRIMARY KEY,
    fmea_number text NOT NULL UNIQUE CHECK (fmea_number ~ '^PFMEA-L[0-9]+-[0-9]{2,}$'),
    fmea_title text NOT NULL,
    line_id integer NOT NULL,
    product_id integer NOT NULL,
    routing_id integer,
    revision smallint NOT NULL CHECK (revision > 0),
    revision_date date NOT NULL,
    team_leader integer NOT NULL,
    next_review_date date NOT NULL,
    fmea_status text NOT NULL CHECK (fmea_status IN ('released', 'in_review')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (revision_date < next_review_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX fmea_headers_line ON qms.fmea_headers (line_id);
CREATE INDEX fmea_headers_product ON qms.fmea_headers (product_id);
COMMENT ON TABLE qms.fmea_headers IS 'Process FMEA of a product family on its line, the revision in force (AIAG-VDA).';
COMMENT ON COLUMN qms.fmea_headers.fmea_id IS 'Key.';
COMMENT ON COLUMN qms.fmea_headers.fmea_number IS 'Number: PFMEA-L<line>-<sequence>.';
COMMENT ON COLUMN qms.fmea_headers.fmea_title IS 'Process analysed.';
COMMENT ON COLUMN qms.fmea_headers.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN qms.fmea_headers.product_id IS 'Leading product of the family. -> master.products(product_id)';
COMMENT ON COLUMN qms.fmea_headers.routing_id IS 'Routing analysed: that of the leading product; NULL while it has none. -> erp.routing(routing_id)';
COMMENT ON COLUMN qms.fmea_headers.revision IS 'Revision in force.';
COMMENT ON COLUMN qms.fmea_headers.revision_date IS 'Date of that revision.';
COMMENT ON COLUMN qms.fmea_headers.team_leader IS 'Engineer who leads the team. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.fmea_headers.next_review_date IS 'Next review planned.';
COMMENT ON COLUMN qms.fmea_headers.fmea_status IS 'released | in_review (after a complaint, CAPA or change).';
COMMENT ON COLUMN qms.fmea_headers.created_at IS 'When the record was entered.';
COMMENT ON COLUMN qms.fmea_headers.updated_at IS 'Last change of the row.';

CREATE TABLE qms.fmea_items (
    fmea_item_id integer PRIMARY KEY,
    fmea_id integer NOT NULL REFERENCES qms.fmea_headers (fmea_id),
    item_number smallint NOT NULL CHECK (item_number > 0),
    operation_sequence smallint NOT NULL CHECK (operation_sequence > 0),
    process_function text NOT NULL,
    defect_code_id integer NOT NULL REFERENCES qms.defect_codes (defect_code_id),
    failure_effect text NOT NULL,
    failure_cause text NOT NULL,
    prevention_control text NOT NULL,
    detection_control text NOT NULL,
    severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 10),
    occurrence smallint NOT NULL CHECK (occurrence BETWEEN 1 AND 10),
    detection smallint NOT NULL CHECK (detection BETWEEN 1 AND 10),
    rpn smallint NOT NULL,
    action_priority text NOT NULL CHECK (action_priority IN ('high', 'medium', 'low')),
    special_characteristic text CHECK (special_characteristic IN ('critical', 'significant')),
    recommended_action text,
    responsible_person integer,
    target_date date,
    action_completed_on date,
    occurrence_after smallint CHECK (occurrence_after BETWEEN 1 AND 10),
    detection_after smallint CHECK (detection_after BETWEEN 1 AND 10),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (fmea_id, item_number),
    CHECK (rpn = severity * occurrence * detection),
    CHECK (num_nulls(recommended_action, responsible_person, target_date) IN (0, 3)),
    CHECK (action_completed_on IS NULL OR recommended_action IS NOT NULL),
    CHECK (num_nulls(action_completed_on, occurrence_after, detection_after) IN (0, 3)),
    CHECK (occurrence_after <= occurrence AND detection_after <= detection),
    CHECK (created_at <= updated_at)
);
CREATE INDEX fmea_items_open_actions ON qms.fmea_items (target_date)
    WHERE target_date IS NOT NULL AND action_completed_on IS NULL;
CREATE INDEX fmea_items_defect_code ON qms.fmea_items (defect_code_id);
COMMENT ON TABLE qms.fmea_items IS 'Failure mode of a process step with its risk, and the action that lowered it.';
COMMENT ON COLUMN qms.fmea_items.fmea_item_id IS 'Key.';
COMMENT ON COLUMN qms.fmea_items.fmea_id IS 'FMEA.';
COMMENT ON COLUMN qms.fmea_items.item_number IS 'Number within the FMEA.';
COMMENT ON COLUMN qms.fmea_items.operation_sequence IS 'Step of the flow, as that of operations: 10, 20, 30.';
COMMENT ON COLUMN qms.fmea_items.process_function IS 'What the step has to achieve.';
COMMENT ON COLUMN qms.fmea_items.defect_code_id IS 'Failure mode: the defect it makes.';
COMMENT ON COLUMN qms.fmea_items.failure_effect IS 'Effect at the customer or in the next step.';
COMMENT ON COLUMN qms.fmea_items.failure_cause IS 'Cause in the step.';
COMMENT ON COLUMN qms.fmea_items.prevention_control IS 'How the cause is prevented today.';
COMMENT ON COLUMN qms.fmea_items.detection_control IS 'How the defect is found today.';
COMMENT ON COLUMN qms.fmea_items.severity IS 'Severity of the effect, 10 the worst.';
COMMENT ON COLUMN qms.fmea_items.occurrence IS 'Frequency of the cause, 10 the most.';
COMMENT ON COLUMN qms.fmea_items.detection IS 'Chance that it is not found, 10 certain.';
COMMENT ON COLUMN qms.fmea_items.rpn IS 'Risk priority number: severity times occurrence times detection.';
COMMENT ON COLUMN qms.fmea_items.action_priority IS 'Need for action by the AIAG-VDA table: high | medium | low.';
COMMENT ON COLUMN qms.fmea_items.special_characteristic IS 'critical (safety or law) | significant (fit or function); NULL for about 4 in 5.';
COMMENT ON COLUMN qms.fmea_items.recommended_action IS 'Action decided; NULL if none is needed, about 3 in 4.';
COMMENT ON COLUMN qms.fmea_items.responsible_person IS 'Who does it; NULL without an action. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.fmea_items.target_date IS 'When it is due; NULL without an action.';
COMMENT ON COLUMN qms.fmea_items.action_completed_on IS 'When it was done; NULL until then.';
COMMENT ON COLUMN qms.fmea_items.occurrence_after IS 'Occurrence after the action; NULL until it is done.';
COMMENT ON COLUMN qms.fmea_items.detection_after IS 'Detection after the action; NULL until it is done.';
COMMENT ON COLUMN qms.fmea_items.created_at IS 'When the record was entered.';
COMMENT ON COLUMN qms.fmea_items.updated_at IS 'Last change of the row.';

CREATE TABLE qms.control_plans (
    control_plan_id integer PRIMARY KEY,
    control_plan_number text NOT NULL UNIQUE CHECK (control_plan_number ~ '^CP-[0-9]+-[0-9]{2,}$'),
    product_id integer NOT NULL,
    fmea_id integer NOT NULL REFERENCES qms.fmea_headers (fmea_id),
    control_plan_type text NOT NULL CHECK (control_plan_type IN ('pre_launch', 'production')),
    revision smallint NOT NULL CHECK (revision > 0),
    prepared_by integer NOT NULL,
    approved_by integer NOT NULL,
    approval_date date NOT NULL,
    effective_date date NOT NULL,
    obsolete_date date,
    plan_status text NOT NULL CHECK (plan_status IN ('approved', 'in_force', 'obsolete')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (product_id, revision),
    CHECK (prepared_by <> approved_by),
    CHECK (approval_date <= effective_date),
    CHECK (effective_date < obsolete_date),
    CHECK ((plan_status = 'obsolete') = (obsolete_date IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX control_plans_fmea ON qms.control_plans (fmea_id);
COMMENT ON TABLE qms.control_plans IS 'Control plan of a product, one row a revision (IATF 16949 8.5.1.1).';
COMMENT ON COLUMN qms.control_plans.control_plan_id IS 'Key.';
COMMENT ON COLUMN qms.control_plans.control_plan_number IS 'Number: CP-<product>-<revision>.';
COMMENT ON COLUMN qms.control_plans.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN qms.control_plans.fmea_id IS 'FMEA it follows from.';
COMMENT ON COLUMN qms.control_plans.control_plan_type IS 'pre_launch (measured twice as often, for products launched within half a year) | production.';
COMMENT ON COLUMN qms.control_plans.revision IS 'Revision; each change raises it.';
COMMENT ON COLUMN qms.control_plans.prepared_by IS 'Engineer who wrote it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.control_plans.approved_by IS 'Who released it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.control_plans.approval_date IS 'Release.';
COMMENT ON COLUMN qms.control_plans.effective_date IS 'First production day it is used.';
COMMENT ON COLUMN qms.control_plans.obsolete_date IS 'First production day of its successor; NULL while in force.';
COMMENT ON COLUMN qms.control_plans.plan_status IS 'approved (not yet effective) | in_force | obsolete.';
COMMENT ON COLUMN qms.control_plans.created_at IS 'When the record was entered.';
COMMENT ON COLUMN qms.control_plans.updated_at IS 'Last change of the row.';

CREATE TABLE qms.control_plan_characteristics (
    characteristic_id integer PRIMARY KEY,
    control_plan_id integer NOT NULL REFERENCES qms.control_plans (control_plan_id),
    sequence_number smallint NOT NULL CHECK (sequence_number > 0),
    operation_sequence smallint NOT NULL CHECK (operation_sequence > 0),
    characteristic_name text NOT NULL,
    characteristic_type text NOT NULL CHECK (characteristic_type IN ('variable', 'attribute')),
    characteristic_class text NOT NULL CHECK (characteristic_class IN ('critical', 'significant', 'standard')),
    fmea_item_id integer REFERENCES qms.fmea_items (fmea_item_id),
    defect_code_id integer NOT NULL REFERENCES qms.defect_codes (defect_code_id),
    lower_spec_limit double precision,
    target_value double precision,
    upper_spec_limit double precision,
    unit_of_measure text,
    equipment_type text CHECK (equipment_type IN ('caliper', 'micrometer', 'height_gauge', 'bore_gauge',
        'thread_gauge', 'cmm', 'roughness_tester', 'hardness_tester', 'torque_wrench', 'scale', 'vision_system',
        'multimeter')),
    sample_size smallint NOT NULL CHECK (sample_size > 0),
    sample_interval_minutes integer NOT NULL CHECK (sample_interval_minutes > 0),
    control_method text NOT NULL
        CHECK (control_method IN ('spc_chart', 'check_sheet', 'first_piece', 'error_proofing')),
    reaction_plan text NOT NULL CHECK (reaction_plan IN ('adjust', 'sort_since_last_good', 'stop_and_call_quality')),
    created_at timestamptz NOT NULL,
    UNIQUE (control_plan_id, sequence_number),
    CHECK (num_nulls(target_value, upper_spec_limit, unit_of_measure) = CASE characteristic_type WHEN 'variable' THEN 0
        ELSE 3 END),
    CHECK (lower_spec_limit < target_value),
    CHECK (target_value < upper_spec_limit),
    CHECK (characteristic_type = 'variable' OR lower_spec_limit IS NULL),
    CHECK (characteristic_type = 'attribute' OR equipment_type IS NOT NULL),
    CHECK (control_method <> 'spc_chart' OR characteristic_type = 'variable')
);
CREATE INDEX control_plan_characteristics_fmea_item ON qms.control_plan_characteristics (fmea_item_id)
    WHERE fmea_item_id IS NOT NULL;
CREATE INDEX control_plan_characteristics_defect_code ON qms.control_plan_characteristics (defect_code_id);
COMMENT ON TABLE qms.control_plan_characteristics IS 'Characteristic controlled at a step of a control plan: what is measured, how, how often, and what is done if it is off.';
COMMENT ON COLUMN qms.control_plan_characteristics.characteristic_id IS 'Key.';
COMMENT ON COLUMN qms.control_plan_characteristics.control_plan_id IS 'Control plan.';
COMMENT ON COLUMN qms.control_plan_characteristics.sequence_number IS 'Number within the plan.';
COMMENT ON COLUMN qms.control_plan_characteristics.operation_sequence IS 'Step of the flow, as that of operations: 10, 20, 30.';
COMMENT ON COLUMN qms.control_plan_characteristics.characteristic_name IS 'Name, such as bearing seat diameter.';
COMMENT ON COLUMN qms.control_plan_characteristics.characteristic_type IS 'variable (measured) | attribute (good or bad).';
COMMENT ON COLUMN qms.control_plan_characteristics.characteristic_class IS 'Special characteristic: critical (safety or law) | significant (fit or function); standard otherwise.';
COMMENT ON COLUMN qms.control_plan_characteristics.fmea_item_id IS 'Risk it controls; NULL for standard ones that answer to none.';
COMMENT ON COLUMN qms.control_plan_characteristics.defect_code_id IS 'Defect of a part outside.';
COMMENT ON COLUMN qms.control_plan_characteristics.lower_spec_limit IS 'Lower specification limit; NULL for attributes and where only an upper one is set.';
COMMENT ON COLUMN qms.control_plan_characteristics.target_value IS 'Nominal; NULL for attributes.';
COMMENT ON COLUMN qms.control_plan_characteristics.upper_spec_limit IS 'Upper specification limit; NULL for attributes.';
COMMENT ON COLUMN qms.control_plan_characteristics.unit_of_measure IS 'Unit of these values; NULL for attributes.';
COMMENT ON COLUMN qms.control_plan_characteristics.equipment_type IS 'Kind of gauge; NULL for a visual check.';
COMMENT ON COLUMN qms.control_plan_characteristics.sample_size IS 'Parts in a sample [parts].';
COMMENT ON COLUMN qms.control_plan_characteristics.sample_interval_minutes IS 'Running time between samples.';
COMMENT ON COLUMN qms.control_plan_characteristics.control_method IS 'spc_chart | check_sheet | first_piece | error_proofing (every part, by a device).';
COMMENT ON COLUMN qms.control_plan_characteristics.reaction_plan IS 'What is done if it is off: adjust | sort_since_last_good | stop_and_call_quality.';
COMMENT ON COLUMN qms.control_plan_characteristics.created_at IS 'When the record was entered.';

CREATE TABLE qms.msa_studies (
    msa_study_id bigint PRIMARY KEY,
    study_number text NOT NULL UNIQUE CHECK (study_number ~ '^MSA-G[0-9]{2,}-[0-9]{3,}-[0-9]{8}$'),
    equipment_id integer NOT NULL REFERENCES qms.measuring_equipment (equipment_id),
    characteristic_id integer NOT NULL REFERENCES qms.control_plan_characteristics (characteristic_id),
    study_date date NOT NULL,
    study_reason text NOT NULL CHECK (study_reason IN ('new_gauge', 'periodic', 'after_repair', 'capa')),
    appraiser_count smallint NOT NULL CHECK (appraiser_count BETWEEN 2 AND 5),
    part_count smallint NOT NULL CHECK (part_count BETWEEN 5 AND 30),
    trial_count smallint NOT NULL CHECK (trial_count BETWEEN 2 AND 5),
    equipment_variation double precision NOT NULL CHECK (equipment_variation >= 0),
    appraiser_variation double precision NOT NULL CHECK (appraiser_variation >= 0),
    part_variation double precision NOT NULL CHECK (part_variation > 0),
    grr_pct double precision NOT NULL CHECK (grr_pct BETWEEN 0 AND 100),
    distinct_categories smallint NOT NULL CHECK (distinct_categories >= 1),
    study_result text NOT NULL CHECK (study_result IN ('acceptable', 'conditional', 'unacceptable')),
    conducted_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (study_result = CASE WHEN grr_pct <= 10 THEN 'acceptable' WHEN grr_pct <= 30 THEN 'conditional' ELSE
        'unacceptable' END)
);
CREATE INDEX msa_studies_date ON qms.msa_studies (study_date);
CREATE INDEX msa_studies_equipment ON qms.msa_studies (equipment_id);
CREATE INDEX msa_studies_characteristic ON qms.msa_studies (characteristic_id);
COMMENT ON TABLE qms.msa_studies IS 'Study of a measurement system (AIAG MSA): gauge repeatability and reproducibility by the average and range method.';
COMMENT ON COLUMN qms.msa_studies.msa_study_id IS 'Key.';
COMMENT ON COLUMN qms.msa_studies.study_number IS 'Readable number: MSA-<gauge>-<date>.';
COMMENT ON COLUMN qms.msa_studies.equipment_id IS 'Gauge.';
COMMENT ON COLUMN qms.msa_studies.characteristic_id IS 'Characteristic measured.';
COMMENT ON COLUMN qms.msa_studies.study_date IS 'Day of the study.';
COMMENT ON COLUMN qms.msa_studies.study_reason IS 'new_gauge | periodic | after_repair | capa.';
COMMENT ON COLUMN qms.msa_studies.appraiser_count IS 'Appraisers.';
COMMENT ON COLUMN qms.msa_studies.part_count IS 'Parts measured: ten, or five when a known gauge is looked at again [parts].';
COMMENT ON COLUMN qms.msa_studies.trial_count IS 'Times each appraiser measured each part.';
COMMENT ON COLUMN qms.msa_studies.equipment_variation IS 'Repeatability, as a standard deviation, in the unit of the gauge.';
COMMENT ON COLUMN qms.msa_studies.appraiser_variation IS 'Reproducibility, as a standard deviation, in the unit of the gauge.';
COMMENT ON COLUMN qms.msa_studies.part_variation IS 'Variation between parts, as a standard deviation, in the unit of the gauge.';
COMMENT ON COLUMN qms.msa_studies.grr_pct IS 'Root of repeatability squared plus reproducibility squared, over that with part variation squared added.';
COMMENT ON COLUMN qms.msa_studies.distinct_categories IS 'Number of distinct categories: 1.41 times part variation over gauge variation, rounded down, at least 1.';
COMMENT ON COLUMN qms.msa_studies.study_result IS 'acceptable (up to 10 %) | conditional (up to 30 %) | unacceptable.';
COMMENT ON COLUMN qms.msa_studies.conducted_by IS 'Engineer who did it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.msa_studies.created_at IS 'When the study was recorded.';

CREATE TABLE qms.ppap_submissions (
    ppap_id bigint PRIMARY KEY,
    ppap_number text NOT NULL UNIQUE CHECK (ppap_number ~ '^PPAP-[0-9]{8}-[0-9]{2,}$'),
    product_id integer,
    customer_id integer,
    material_id integer,
    supplier_id integer,
    control_plan_id integer REFERENCES qms.control_plans (control_plan_id),
    ppap_level smallint NOT NULL CHECK (ppap_level BETWEEN 1 AND 5),
    submission_reason text NOT NULL
        CHECK (submission_reason IN ('new_part', 'engineering_change', 'process_change', 'new_source', 'correction')),
    elements_required smallint NOT NULL CHECK (elements_required BETWEEN 1 AND 18),
    elements_submitted smallint NOT NULL CHECK (elements_submitted >= 1),
    initial_ppk double precision NOT NULL CHECK (initial_ppk > 0),
    psw_signed_by integer,
    submission_date date NOT NULL,
    reviewed_by integer,
    approval_date date,
    approval_expiry_date date,
    ppap_status text NOT NULL CHECK (ppap_status IN ('submitted', 'approved', 'interim', 'rejected')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(product_id, material_id) = 1),
    CHECK (num_nulls(product_id, customer_id, control_plan_id, psw_signed_by) IN (0, 4)),
    CHECK ((material_id IS NULL) = (supplier_id IS NULL)),
    CHECK (elements_submitted <= elements_required),
    CHECK ((ppap_status = 'submitted') = (approval_date IS NULL)),
    CHECK ((reviewed_by IS NOT NULL) = (material_id IS NOT NULL AND approval_date IS NOT NULL)),
    CHECK ((ppap_status = 'interim') = (approval_expiry_date IS NOT NULL)),
    CHECK (submission_date <= approval_date),
    CHECK (approval_date < approval_expiry_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX ppap_submissions_product ON qms.ppap_submissions (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX ppap_submissions_supplier ON qms.ppap_submissions (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX ppap_submissions_open ON qms.ppap_submissions (submission_date) WHERE ppap_status = 'submitted';
CREATE INDEX ppap_submissions_control_plan ON qms.ppap_submissions (control_plan_id) WHERE control_plan_id IS NOT NULL;
COMMENT ON TABLE qms.ppap_submissions IS 'Production part approval (AIAG PPAP): of a product by its customer, or of a material of a supplier by us.';
COMMENT ON COLUMN qms.ppap_submissions.ppap_id IS 'Key.';
COMMENT ON COLUMN qms.ppap_submissions.ppap_number IS 'Readable number: PPAP-<date>-<sequence>.';
COMMENT ON COLUMN qms.ppap_submissions.product_id IS 'Product submitted to a customer; NULL for a material. -> master.products(product_id)';
COMMENT ON COLUMN qms.ppap_submissions.customer_id IS 'Customer who approves; NULL for a material. -> master.customers(customer_id)';
COMMENT ON COLUMN qms.ppap_submissions.material_id IS 'Material submitted by a supplier; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN qms.ppap_submissions.supplier_id IS 'Supplier who submits; NULL for a product. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN qms.ppap_submissions.control_plan_id IS 'Control plan in the package; NULL for a material, whose plan is the supplier''s.';
COMMENT ON COLUMN qms.ppap_submissions.ppap_level IS 'Submission level: 1 (warrant only) to 5 (everything, reviewed on site); 3 is usual.';
COMMENT ON COLUMN qms.ppap_submissions.submission_reason IS 'new_part | engineering_change | process_change | new_source | correction (of one rejected).';
COMMENT ON COLUMN qms.ppap_submissions.elements_required IS 'Elements of the package that the level requires.';
COMMENT ON COLUMN qms.ppap_submissions.elements_submitted IS 'Elements handed in.';
COMMENT ON COLUMN qms.ppap_submissions.initial_ppk IS 'Least Ppk of the special characteristics in the initial process study.';
COMMENT ON COLUMN qms.ppap_submissions.psw_signed_by IS 'Who signed the warrant; NULL for a material, whose warrant the supplier signs. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.ppap_submissions.submission_date IS 'Submission.';
COMMENT ON COLUMN qms.ppap_submissions.reviewed_by IS 'Our engineer who reviewed a supplier''s package; NULL for a product and until reviewed. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.ppap_submissions.approval_date IS 'Day of the decision; NULL until then.';
COMMENT ON COLUMN qms.ppap_submissions.approval_expiry_date IS 'Last day of an interim approval; NULL unless it is one, about 1 in 12.';
COMMENT ON COLUMN qms.ppap_submissions.ppap_status IS 'submitted | approved | interim (approved for a time) | rejected.';
COMMENT ON COLUMN qms.ppap_submissions.created_at IS 'When the submission was recorded.';
COMMENT ON COLUMN qms.ppap_submissions.updated_at IS 'Last change of the row.';

-- Statistical process control.
CREATE TABLE qms.spc_control_charts (
    chart_id integer PRIMARY KEY,
    chart_number text NOT NULL UNIQUE CHECK (chart_number ~ '^SPC-L[0-9]+-[0-9]{2,}$'),
    line_id integer NOT NULL,
    machine_id integer NOT NULL,
    characteristic_id integer NOT NULL REFERENCES qms.control_plan_characteristics (characteristic_id),
    chart_type text NOT NULL CHECK (chart_type IN ('xbar_r', 'i_mr')),
    subgroup_size smallint NOT NULL CHECK (subgroup_size BETWEEN 1 AND 10),
    subgroup_interval_minutes integer NOT NULL CHECK (subgroup_interval_minutes > 0),
    unit_of_measure text NOT NULL,
    lower_spec_limit double precision,
    upper_spec_limit double precision NOT NULL CHECK (upper_spec_limit > 0),
    lower_control_limit double precision NOT NULL,
    center_line double precision NOT NULL,
    upper_control_limit double precision NOT NULL,
    range_center_line double precision NOT NULL CHECK (range_center_line > 0),
    range_upper_control_limit double precision NOT NULL,
    limits_frozen_on date NOT NULL,
    capability_from timestamptz,
    last_calculation_date timestamptz,
    cp double precision CHECK (cp > 0),
    cpk double precision,
    pp double precision CHECK (pp > 0),
    ppk double precision,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((chart_type = 'i_mr') = (subgroup_size = 1)),
    CHECK (lower_spec_limit < 0),
    CHECK (lower_control_limit < center_line AND center_line < upper_control_limit),
    CHECK (range_center_line < range_upper_control_limit),
    CHECK (num_nulls(capability_from, last_calculation_date, cpk, ppk) IN (0, 4)),
    CHECK ((cp IS NULL) = (cpk IS NULL OR lower_spec_limit IS NULL)),
    CHECK ((pp IS NULL) = (cp IS NULL)),
    CHECK (cpk <= cp AND ppk <= pp),
    CHECK (capability_from < last_calculation_date),
    CHECK (last_calculation_date <= updated_at AND created_at <= updated_at)
);
CREATE INDEX spc_control_charts_line ON qms.spc_control_charts (line_id);
CREATE INDEX spc_control_charts_machine ON qms.spc_control_charts (machine_id);
CREATE INDEX spc_control_charts_characteristic ON qms.spc_control_charts (characteristic_id);
COMMENT ON TABLE qms.spc_control_charts IS 'Control chart of a characteristic on a line. Values are deviations from the nominal of the product that runs, so that all products share the chart; its limits are frozen.';
COMMENT ON COLUMN qms.spc_control_charts.chart_id IS 'Key.';
COMMENT ON COLUMN qms.spc_control_charts.chart_number IS 'Number: SPC-L<line>-<sequence>.';
COMMENT ON COLUMN qms.spc_control_charts.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN qms.spc_control_charts.machine_id IS 'Machine that makes the characteristic. -> master.machines(machine_id)';
COMMENT ON COLUMN qms.spc_control_charts.characteristic_id IS 'Characteristic, in the control plan of the line''s leading product.';
COMMENT ON COLUMN qms.spc_control_charts.chart_type IS 'xbar_r (mean and range of a subgroup) | i_mr (single values and moving range).';
COMMENT ON COLUMN qms.spc_control_charts.subgroup_size IS 'Parts in a subgroup [parts].';
COMMENT ON COLUMN qms.spc_control_charts.subgroup_interval_minutes IS 'Running time between two subgroups: the shorter, the more the characteristic matters.';
COMMENT ON COLUMN qms.spc_control_charts.unit_of_measure IS 'Unit of all values of the chart.';
COMMENT ON COLUMN qms.spc_control_charts.lower_spec_limit IS 'Lower specification limit less nominal; NULL where only an upper one is set.';
COMMENT ON COLUMN qms.spc_control_charts.upper_spec_limit IS 'Upper specification limit less nominal.';
COMMENT ON COLUMN qms.spc_control_charts.lower_control_limit IS 'Lower control limit of the means.';
COMMENT ON COLUMN qms.spc_control_charts.center_line IS 'Centre line of the means.';
COMMENT ON COLUMN qms.spc_control_charts.upper_control_limit IS 'Upper control limit of the means.';
COMMENT ON COLUMN qms.spc_control_charts.range_center_line IS 'Centre line of the ranges.';
COMMENT ON COLUMN qms.spc_control_charts.range_upper_control_limit IS 'Upper control limit of the ranges; the lower one is 0.';
COMMENT ON COLUMN qms.spc_control_charts.limits_frozen_on IS 'Day the control limits were set.';
COMMENT ON COLUMN qms.spc_control_charts.capability_from IS 'Begin of the points on which the capability below is based: the calculation before; NULL before the first one.';
COMMENT ON COLUMN qms.spc_control_charts.last_calculation_date IS 'End of these points, and the calculation: line by line on the first working days of each month; NULL before the first one.';
COMMENT ON COLUMN qms.spc_control_charts.cp IS 'Potential capability, from the mean range; NULL before the first calculation and with one limit only.';
COMMENT ON COLUMN qms.spc_control_charts.cpk IS 'Capability with the mean as it was, from the mean range; NULL before the first calculation.';
COMMENT ON COLUMN qms.spc_control_charts.pp IS 'Potential performance, from the overall standard deviation; NULL as cp.';
COMMENT ON COLUMN qms.spc_control_charts.ppk IS 'Performance with the mean as it was; NULL before the first calculation.';
COMMENT ON COLUMN qms.spc_control_charts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN qms.spc_control_charts.updated_at IS 'Last change of the row.';

CREATE TABLE qms.spc_data_points (
    data_point_id bigint PRIMARY KEY,
    chart_id integer NOT NULL REFERENCES qms.spc_control_charts (chart_id),
    subgroup_number bigint NOT NULL CHECK (subgroup_number > 0),
    measurement_timestamp timestamptz NOT NULL,
    work_order_id bigint,
    measurement_value double precision NOT NULL,
    range_value double precision CHECK (range_value >= 0),
    equipment_id integer NOT NULL REFERENCES qms.measuring_equipment (equipment_id),
    calibration_overdue boolean NOT NULL,
    measured_by integer NOT NULL,
    violation_type text CHECK (violation_type IN ('beyond_limit', 'two_of_three', 'four_of_five', 'eight_on_one_side',
        'range_beyond_limit')),
    action_taken text CHECK (action_taken IN ('adjusted', 'tool_changed', 'line_stopped', 'remeasured')),
    UNIQUE (chart_id, measurement_timestamp),
    UNIQUE (chart_id, subgroup_number),
    CHECK ((violation_type IS NULL) = (action_taken IS NULL))
);
CREATE INDEX spc_data_points_time ON qms.spc_data_points (measurement_timestamp);
CREATE INDEX spc_data_points_work_order ON qms.spc_data_points (work_order_id);
CREATE INDEX spc_data_points_equipment ON qms.spc_data_points (equipment_id, measurement_timestamp);
CREATE INDEX spc_data_points_violations ON qms.spc_data_points (chart_id, measurement_timestamp)
    WHERE violation_type IS NOT NULL;
COMMENT ON TABLE qms.spc_data_points IS 'Subgroup measured for a control chart: its mean and range, recorded when measured.';
COMMENT ON COLUMN qms.spc_data_points.data_point_id IS 'Key.';
COMMENT ON COLUMN qms.spc_data_points.chart_id IS 'Chart.';
COMMENT ON COLUMN qms.spc_data_points.subgroup_number IS 'Number of the subgroup on its chart; rises with time, with gaps.';
COMMENT ON COLUMN qms.spc_data_points.measurement_timestamp IS 'When the last part of the subgroup was measured.';
COMMENT ON COLUMN qms.spc_data_points.work_order_id IS 'Production order; NULL for orders before history begins. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN qms.spc_data_points.measurement_value IS 'Mean of the subgroup, as deviation from nominal, in the unit of the chart.';
COMMENT ON COLUMN qms.spc_data_points.range_value IS 'Range of the subgroup, or moving range, in the unit of the chart; NULL for the first single value.';
COMMENT ON COLUMN qms.spc_data_points.equipment_id IS 'Gauge used.';
COMMENT ON COLUMN qms.spc_data_points.calibration_overdue IS 'The gauge was past its due date: the value counts with reserve.';
COMMENT ON COLUMN qms.spc_data_points.measured_by IS 'Operator or inspector who measured. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.spc_data_points.violation_type IS 'Western Electric rule broken, the first in this order; NULL if in control: beyond_limit (3 sigma) | two_of_three (beyond 2 sigma) | four_of_five (beyond 1 sigma) | eight_on_one_side | range_beyond_limit.';
COMMENT ON COLUMN qms.spc_data_points.action_taken IS 'Reaction at the line; NULL if in control.';

-- Incoming inspection.
CREATE TABLE qms.incoming_inspection_lots (
    inspection_lot_id bigint PRIMARY KEY,
    inspection_lot_number text NOT NULL UNIQUE CHECK (inspection_lot_number ~ '^IL-F[0-9]{2,}-[0-9]{8}-[0-9]{2,}$'),
    factory_id integer NOT NULL,
    goods_receipt_line_id bigint UNIQUE,
    advance_ship_notice_id bigint,
    lot_id bigint NOT NULL,
    material_id integer NOT NULL,
    supplier_id integer NOT NULL,
    inspection_plan_id integer NOT NULL,
    lot_quantity numeric(14, 3) NOT NULL CHECK (lot_quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    inspection_stage text NOT NULL CHECK (inspection_stage IN ('normal', 'tightened', 'reduced', 'skip')),
    acceptable_quality_limit numeric(5, 3) NOT NULL CHECK (acceptable_quality_limit > 0),
    sample_size integer NOT NULL CHECK (sample_size >= 0),
    acceptance_number integer NOT NULL CHECK (acceptance_number >= 0),
    critical_defects integer CHECK (critical_defects >= 0),
    major_defects integer CHECK (major_defects >= 0),
    minor_defects integer CHECK (minor_defects >= 0),
    usage_decision text CHECK (usage_decision IN ('accepted', 'rejected', 'sorted')),
    quantity_accepted numeric(14, 3) CHECK (quantity_accepted >= 0),
    quantity_rejected numeric(14, 3) CHECK (quantity_rejected >= 0),
    inspector_id integer,
    inspection_start timestamptz,
    decided_at timestamptz,
    lot_status text NOT NULL CHECK (lot_status IN ('created', 'in_inspection', 'decided')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (unit_of_measure <> 'pcs' OR lot_quantity = trunc(lot_quantity)),
    CHECK ((inspection_stage = 'skip') = (sample_size = 0)),
    CHECK (acceptance_number < sample_size OR sample_size = 0),
    CHECK (created_at <= inspection_start),
    CHECK (inspection_start <= decided_at),
    CHECK (created_at <= decided_at AND decided_at <= updated_at AND created_at <= updated_at),
    CHECK ((inspection_start IS NULL) = (inspector_id IS NULL)),
    CHECK (inspection_stage <> 'skip' OR inspection_start IS NULL),
    CHECK (CASE lot_status WHEN 'created' THEN inspection_start IS NULL ELSE inspection_start IS NOT NULL OR
        inspection_stage = 'skip' END),
    CHECK (num_nulls(decided_at, usage_decision, quantity_accepted, quantity_rejected, critical_defects, major_defects,
        minor_defects) = CASE lot_status WHEN 'decided' THEN 0 ELSE 7 END),
    CHECK (quantity_accepted + quantity_rejected = lot_quantity),
    CHECK (critical_defects + major_defects + minor_defects <= sample_size),
    CHECK (CASE usage_decision WHEN 'accepted' THEN quantity_rejected = 0 WHEN 'rejected' THEN quantity_accepted = 0
        ELSE quantity_accepted > 0 AND quantity_rejected > 0 END OR usage_decision IS NULL)
);
CREATE INDEX incoming_inspection_lots_lot ON qms.incoming_inspection_lots (lot_id);
CREATE INDEX incoming_inspection_lots_supplier ON qms.incoming_inspection_lots (supplier_id, created_at);
CREATE INDEX incoming_inspection_lots_material ON qms.incoming_inspection_lots (material_id, created_at);
CREATE INDEX incoming_inspection_lots_open ON qms.incoming_inspection_lots (created_at) WHERE lot_status <> 'decided';
COMMENT ON TABLE qms.incoming_inspection_lots IS 'Inspection lot of a goods receipt line that needs inspection (ISO 2859-1 sampling, skip-lot for proven sources).';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspection_lot_id IS 'Key.';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspection_lot_number IS 'Readable number: IL-F<factory>-<date>-<sequence>.';
COMMENT ON COLUMN qms.incoming_inspection_lots.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.goods_receipt_line_id IS 'Goods receipt line; NULL for receipts before history begins. -> erp.goods_receipt_lines(goods_receipt_line_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.advance_ship_notice_id IS 'Ship notice it was announced by; NULL if there was none, about 1 in 20. -> supplier.advance_ship_notices(advance_ship_notice_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.lot_id IS 'Stock lot. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.material_id IS 'Material. -> master.materials(material_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspection_plan_id IS 'Inspection plan. -> erp.inspection_plans(inspection_plan_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.lot_quantity IS 'Quantity received, in the unit of measure.';
COMMENT ON COLUMN qms.incoming_inspection_lots.unit_of_measure IS 'Unit of stock: kg | pcs.';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspection_stage IS 'normal | tightened (after rejections) | reduced | skip (accepted without inspection).';
COMMENT ON COLUMN qms.incoming_inspection_lots.acceptable_quality_limit IS 'AQL [% defective].';
COMMENT ON COLUMN qms.incoming_inspection_lots.sample_size IS 'Specimens to inspect; 0 if skipped [specimens].';
COMMENT ON COLUMN qms.incoming_inspection_lots.acceptance_number IS 'Defective specimens with which the lot still passes [specimens].';
COMMENT ON COLUMN qms.incoming_inspection_lots.critical_defects IS 'Specimens whose worst defect is critical; known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.major_defects IS 'Specimens whose worst defect is major; known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.minor_defects IS 'Specimens whose worst defect is minor; known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.usage_decision IS 'accepted | rejected | sorted (the good part accepted); known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.quantity_accepted IS 'Quantity released to stock, in the unit of measure; known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.quantity_rejected IS 'Quantity blocked, in the unit of measure; known at the decision.';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspector_id IS 'Inspector; NULL until the inspection starts, and if skipped. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.incoming_inspection_lots.inspection_start IS 'Start of the inspection; NULL until then, and if skipped.';
COMMENT ON COLUMN qms.incoming_inspection_lots.decided_at IS 'Usage decision; known when taken.';
COMMENT ON COLUMN qms.incoming_inspection_lots.lot_status IS 'created | in_inspection | decided; at midnight rarely other than decided.';
COMMENT ON COLUMN qms.incoming_inspection_lots.created_at IS 'When the lot was opened, at the goods receipt.';
COMMENT ON COLUMN qms.incoming_inspection_lots.updated_at IS 'Last change of the row.';

CREATE TABLE qms.incoming_inspection_results (
    inspection_result_id bigint PRIMARY KEY,
    inspection_lot_id bigint NOT NULL REFERENCES qms.incoming_inspection_lots (inspection_lot_id),
    inspection_plan_characteristic_id integer NOT NULL,
    inspected_quantity integer NOT NULL CHECK (inspected_quantity > 0),
    defective_quantity integer NOT NULL,
    mean_value double precision,
    min_value double precision,
    max_value double precision,
    defect_code_id integer REFERENCES qms.defect_codes (defect_code_id),
    valuation text NOT NULL CHECK (valuation IN ('accepted', 'rejected')),
    equipment_id integer REFERENCES qms.measuring_equipment (equipment_id),
    calibration_overdue boolean NOT NULL,
    inspected_by integer NOT NULL,
    inspected_at timestamptz NOT NULL,
    UNIQUE (inspection_lot_id, inspection_plan_characteristic_id),
    CHECK (defective_quantity BETWEEN 0 AND inspected_quantity),
    CHECK (num_nulls(mean_value, min_value, max_value) IN (0, 3)),
    CHECK (min_value <= mean_value AND mean_value <= max_value),
    CHECK ((defective_quantity = 0) = (defect_code_id IS NULL)),
    CHECK (valuation = 'accepted' OR defective_quantity > 0),
    CHECK (equipment_id IS NOT NULL OR NOT calibration_overdue)
);
CREATE INDEX incoming_inspection_results_characteristic
    ON qms.incoming_inspection_results (inspection_plan_characteristic_id);
CREATE INDEX incoming_inspection_results_time ON qms.incoming_inspection_results (inspected_at);
CREATE INDEX incoming_inspection_results_defect_code ON qms.incoming_inspection_results (defect_code_id)
    WHERE defect_code_id IS NOT NULL;
CREATE INDEX incoming_inspection_results_equipment ON qms.incoming_inspection_results (equipment_id)
    WHERE equipment_id IS NOT NULL;
COMMENT ON TABLE qms.incoming_inspection_results IS 'Result of one characteristic of an inspection lot, recorded when inspected; skipped lots have none.';
COMMENT ON COLUMN qms.incoming_inspection_results.inspection_result_id IS 'Key.';
COMMENT ON COLUMN qms.incoming_inspection_results.inspection_lot_id IS 'Inspection lot.';
COMMENT ON COLUMN qms.incoming_inspection_results.inspection_plan_characteristic_id IS 'Characteristic of the inspection plan. -> erp.inspection_plan_characteristics(inspection_plan_characteristic_id)';
COMMENT ON COLUMN qms.incoming_inspection_results.inspected_quantity IS 'Specimens inspected [specimens].';
COMMENT ON COLUMN qms.incoming_inspection_results.defective_quantity IS 'Specimens outside the specification [specimens].';
COMMENT ON COLUMN qms.incoming_inspection_results.mean_value IS 'Mean of the values, in the unit of the characteristic; NULL for attributes.';
COMMENT ON COLUMN qms.incoming_inspection_results.min_value IS 'Least value; NULL for attributes.';
COMMENT ON COLUMN qms.incoming_inspection_results.max_value IS 'Greatest value; NULL for attributes.';
COMMENT ON COLUMN qms.incoming_inspection_results.defect_code_id IS 'Prevailing defect; NULL if none was found.';
COMMENT ON COLUMN qms.incoming_inspection_results.valuation IS 'accepted | rejected.';
COMMENT ON COLUMN qms.incoming_inspection_results.equipment_id IS 'Gauge used; NULL for a visual check.';
COMMENT ON COLUMN qms.incoming_inspection_results.calibration_overdue IS 'The gauge was past its due date, which the measuring room rarely overlooks: the result counts with reserve.';
COMMENT ON COLUMN qms.incoming_inspection_results.inspected_by IS 'Inspector. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.incoming_inspection_results.inspected_at IS 'When the result was recorded.';

-- Complaints and non-conformances.
CREATE TABLE qms.customer_complaints (
    customer_complaint_id bigint PRIMARY KEY,
    complaint_number text NOT NULL UNIQUE CHECK (complaint_number ~ '^CC-[0-9]{8}-[0-9]{2,}$'),
    customer_id integer NOT NULL,
    service_ticket_id bigint,
    product_id integer NOT NULL,
    factory_id integer NOT NULL,
    shipment_id bigint,
    lot_id bigint,
    complaint_type text NOT NULL
        CHECK (complaint_type IN ('defect', 'damage', 'wrong_part', 'wrong_quantity', 'documentation')),
    defect_code_id integer REFERENCES qms.defect_codes (defect_code_id),
    severity text NOT NULL CHECK (severity IN ('critical', 'major', 'minor')),
    safety_issue boolean NOT NULL,
    quantity_affected integer NOT NULL CHECK (quantity_affected > 0),
    responsible_person integer NOT NULL,
    complaint_date timestamptz NOT NULL,
    linked_ncr_id bigint,
    is_justified boolean,
    quantity_returned integer CHECK (quantity_returned >= 0),
    resolution text CHECK (resolution IN ('credit', 'replacement', 'sorting', 'refused')),
    resolution_date timestamptz,
    credit_issued numeric(14, 2) CHECK (credit_issued >= 0),
    replacement_cost numeric(14, 2) CHECK (replacement_cost >= 0),
    total_cost numeric(14, 2),
    customer_satisfied boolean,
    complaint_status text NOT NULL CHECK (complaint_status IN ('received', 'investigating', 'resolved', 'closed')),
    closed_date timestamptz,
    closed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (complaint_date <= created_at AND created_at <= updated_at),
    CHECK (created_at <= resolution_date),
    CHECK (resolution_date <= closed_date),
    CHECK (resolution_date <= updated_at AND closed_date <= updated_at),
    CHECK (complaint_type NOT IN ('defect', 'damage') OR defect_code_id IS NOT NULL),
    CHECK (num_nulls(resolution_date, resolution, is_justified, quantity_returned, credit_issued, replacement_cost,
        total_cost) = CASE WHEN complaint_status IN ('resolved', 'closed') THEN 0 ELSE 7 END),
    CHECK (total_cost = credit_issued + replacement_cost),
    CHECK (is_justified = (resolution <> 'refused')),
    CHECK (resolution <> 'refused' OR total_cost = 0),
    CHECK (quantity_returned <= quantity_affected),
    CHECK ((complaint_status = 'closed') = (closed_date IS NOT NULL)),
    CHECK ((closed_date IS NULL) = (closed_by IS NULL)),
    CHECK (customer_satisfied IS NULL OR closed_date IS NOT NULL),
    CHECK (complaint_status <> 'received' OR linked_ncr_id IS NULL)
);
CREATE INDEX customer_complaints_customer ON qms.customer_complaints (customer_id, complaint_date);
CREATE INDEX customer_complaints_product ON qms.customer_complaints (product_id);
CREATE INDEX customer_complaints_lot ON qms.customer_complaints (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX customer_complaints_date ON qms.customer_complaints (complaint_date);
CREATE INDEX customer_complaints_open ON qms.customer_complaints (complaint_date) WHERE complaint_status <> 'closed';
CREATE INDEX customer_complaints_defect_code ON qms.customer_complaints (defect_code_id)
    WHERE defect_code_id IS NOT NULL;
COMMENT ON TABLE qms.customer_complaints IS 'Formal complaint of a customer about goods delivered, from receipt to closing.';
COMMENT ON COLUMN qms.customer_complaints.customer_complaint_id IS 'Key.';
COMMENT ON COLUMN qms.customer_complaints.complaint_number IS 'Readable number: CC-<date>-<sequence>.';
COMMENT ON COLUMN qms.customer_complaints.customer_id IS 'Customer. -> master.customers(customer_id)';
COMMENT ON COLUMN qms.customer_complaints.service_ticket_id IS 'Ticket it was raised in; NULL if it came to quality directly, about 1 in 10. -> service.service_tickets(service_ticket_id)';
COMMENT ON COLUMN qms.customer_complaints.product_id IS 'Product. -> master.products(product_id)';
COMMENT ON COLUMN qms.customer_complaints.factory_id IS 'Factory that made it. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.customer_complaints.shipment_id IS 'Shipment complained about; NULL for those before history begins. -> tms.shipments(shipment_id)';
COMMENT ON COLUMN qms.customer_complaints.lot_id IS 'Finished-goods lot concerned; NULL if the customer cannot name it, about 1 in 8. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN qms.customer_complaints.complaint_type IS 'defect | damage (in transit) | wrong_part | wrong_quantity | documentation.';
COMMENT ON COLUMN qms.customer_complaints.defect_code_id IS 'Defect reported; NULL for wrong parts or quantities.';
COMMENT ON COLUMN qms.customer_complaints.severity IS 'critical | major | minor.';
COMMENT ON COLUMN qms.customer_complaints.safety_issue IS 'The customer sees a danger to people.';
COMMENT ON COLUMN qms.customer_complaints.quantity_affected IS 'Parts complained about [parts].';
COMMENT ON COLUMN qms.customer_complaints.responsible_person IS 'Quality engineer in charge. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.customer_complaints.complaint_date IS 'When it was received.';
COMMENT ON COLUMN qms.customer_complaints.linked_ncr_id IS 'Non-conformance opened for it; NULL until then, and if there is nothing to correct in the plant. -> qms.ncr_headers(ncr_header_id)';
COMMENT ON COLUMN qms.customer_complaints.is_justified IS 'The fault is ours; known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.quantity_returned IS 'Parts sent back [parts]; known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.resolution IS 'credit | replacement | sorting (at the customer''s) | refused (not justified); known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.resolution_date IS 'When it was resolved; known then.';
COMMENT ON COLUMN qms.customer_complaints.credit_issued IS 'Credit granted, USD; known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.replacement_cost IS 'Replacement and sorting at cost, USD; known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.total_cost IS 'Credit and replacement, USD; known when resolved.';
COMMENT ON COLUMN qms.customer_complaints.customer_satisfied IS 'Answer to the closing letter; NULL until closed, and for about 1 in 3 who do not answer.';
COMMENT ON COLUMN qms.customer_complaints.complaint_status IS 'received | investigating | resolved | closed.';
COMMENT ON COLUMN qms.customer_complaints.closed_date IS 'Closing; NULL until then.';
COMMENT ON COLUMN qms.customer_complaints.closed_by IS 'Who closed it; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.customer_complaints.created_at IS 'When the complaint was recorded.';
COMMENT ON COLUMN qms.customer_complaints.updated_at IS 'Last change of the row.';

CREATE TABLE qms.ncr_headers (
    ncr_header_id bigint PRIMARY KEY,
    ncr_number text NOT NULL UNIQUE CHECK (ncr_number ~ '^NCR-F[0-9]{2,}-[0-9]{8}-[0-9]{2,}$'),
    factory_id integer NOT NULL,
    source_type text NOT NULL
        CHECK (source_type IN ('in_process', 'final_inspection', 'incoming', 'complaint', 'audit')),
    product_id integer,
    material_id integer,
    supplier_id integer,
    work_order_id bigint,
    quality_inspection_id bigint,
    inspection_lot_id bigint REFERENCES qms.incoming_inspection_lots (inspection_lot_id),
    customer_complaint_id bigint REFERENCES qms.customer_complaints (customer_complaint_id),
    lot_id bigint,
    defect_code_id integer NOT NULL REFERENCES qms.defect_codes (defect_code_id),
    defect_severity text NOT NULL CHECK (defect_severity IN ('critical', 'major', 'minor')),
    quantity_inspected numeric(14, 3) NOT NULL CHECK (quantity_inspected > 0),
    quantity_defective numeric(14, 3) NOT NULL CHECK (quantity_defective > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    detected_date timestamptz NOT NULL,
    detected_by integer NOT NULL,
    containment_action text CHECK (containment_action IN ('lot_blocked', 'line_stopped', 'sorted')),
    containment_date timestamptz,
    root_cause_category text
        CHECK (root_cause_category IN ('machine', 'method', 'material', 'people', 'measurement', 'environment')),
    scrap_cost numeric(14, 2) CHECK (scrap_cost >= 0),
    rework_cost numeric(14, 2) CHECK (rework_cost >= 0),
    sorting_cost numeric(14, 2) CHECK (sorting_cost >= 0),
    total_cost numeric(14, 2),
    ncr_status text NOT NULL CHECK (ncr_status IN ('open', 'contained', 'dispositioned', 'closed')),
    closed_date timestamptz,
    closed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(product_id, material_id) = 1),
    CHECK (material_id IS NOT NULL OR (supplier_id IS NULL AND unit_of_measure = 'pcs')),
    CHECK (material_id IS NULL OR (supplier_id IS NOT NULL AND work_order_id IS NULL)),
    CHECK ((source_type = 'incoming') = (inspection_lot_id IS NOT NULL)),
    CHECK ((source_type = 'complaint') = (customer_complaint_id IS NOT NULL)),
    CHECK (quality_inspection_id IS NULL OR source_type IN ('in_process', 'final_inspection')),
    CHECK (quantity_defective <= quantity_inspected),
    CHECK (unit_of_measure <> 'pcs' OR quantity_defective = trunc(quantity_defective)),
    CHECK (detected_date <= created_at AND created_at <= updated_at),
    CHECK (detected_date <= containment_date),
    CHECK (containment_date <= closed_date AND closed_date <= updated_at),
    CHECK ((ncr_status = 'open') = (containment_date IS NULL)),
    CHECK ((containment_date IS NULL) = (containment_action IS NULL)),
    CHECK ((ncr_status IN ('dispositioned', 'closed')) = (root_cause_category IS NOT NULL)),
    CHECK (num_nulls(closed_date, closed_by, scrap_cost, rework_cost, sorting_cost, total_cost) = CASE ncr_status WHEN
        'closed' THEN 0 ELSE 6 END),
    CHECK (total_cost = scrap_cost + rework_cost + sorting_cost)
);
CREATE INDEX ncr_headers_factory ON qms.ncr_headers (factory_id, detected_date);
CREATE INDEX ncr_headers_product ON qms.ncr_headers (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX ncr_headers_supplier ON qms.ncr_headers (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX ncr_headers_work_order ON qms.ncr_headers (work_order_id) WHERE work_order_id IS NOT NULL;
CREATE INDEX ncr_headers_lot ON qms.ncr_headers (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX ncr_headers_date ON qms.ncr_headers (detected_date);
CREATE INDEX ncr_headers_open ON qms.ncr_headers (detected_date) WHERE ncr_status <> 'closed';
CREATE INDEX ncr_headers_inspection_lot ON qms.ncr_headers (inspection_lot_id) WHERE inspection_lot_id IS NOT NULL;
CREATE INDEX ncr_headers_customer_complaint ON qms.ncr_headers (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
CREATE INDEX ncr_headers_defect_code ON qms.ncr_headers (defect_code_id);
COMMENT ON TABLE qms.ncr_headers IS 'Non-conformance report: parts or material that do not meet the specification, from detection to closing.';
COMMENT ON COLUMN qms.ncr_headers.ncr_header_id IS 'Key.';
COMMENT ON COLUMN qms.ncr_headers.ncr_number IS 'Readable number: NCR-F<factory>-<date>-<sequence>.';
COMMENT ON COLUMN qms.ncr_headers.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.ncr_headers.source_type IS 'Where it was found: in_process | final_inspection | incoming | complaint | audit (product audit).';
COMMENT ON COLUMN qms.ncr_headers.product_id IS 'Product; NULL for material. -> master.products(product_id)';
COMMENT ON COLUMN qms.ncr_headers.material_id IS 'Material; NULL for a product. -> master.materials(material_id)';
COMMENT ON COLUMN qms.ncr_headers.supplier_id IS 'Supplier of the material; NULL for a product. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN qms.ncr_headers.work_order_id IS 'Production order that made the parts; NULL for material and for orders before history begins. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN qms.ncr_headers.quality_inspection_id IS 'Inspection at the line that found it; NULL for other sources. -> mes.quality_inspections(inspection_id)';
COMMENT ON COLUMN qms.ncr_headers.inspection_lot_id IS 'Inspection lot; source incoming only, NULL otherwise.';
COMMENT ON COLUMN qms.ncr_headers.customer_complaint_id IS 'Complaint; source complaint only, NULL otherwise.';
COMMENT ON COLUMN qms.ncr_headers.lot_id IS 'Stock lot; NULL for parts not yet in stock. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN qms.ncr_headers.defect_code_id IS 'Prevailing defect.';
COMMENT ON COLUMN qms.ncr_headers.defect_severity IS 'critical | major | minor.';
COMMENT ON COLUMN qms.ncr_headers.quantity_inspected IS 'Quantity inspected, in the unit of measure.';
COMMENT ON COLUMN qms.ncr_headers.quantity_defective IS 'Quantity defective or suspected, to be disposed of, in the unit of measure.';
COMMENT ON COLUMN qms.ncr_headers.unit_of_measure IS 'Unit of stock: kg | pcs.';
COMMENT ON COLUMN qms.ncr_headers.detected_date IS 'When it was found.';
COMMENT ON COLUMN qms.ncr_headers.detected_by IS 'Who found it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.ncr_headers.containment_action IS 'Immediate action: lot_blocked | line_stopped | sorted; NULL until taken.';
COMMENT ON COLUMN qms.ncr_headers.containment_date IS 'When it was taken; NULL until then.';
COMMENT ON COLUMN qms.ncr_headers.root_cause_category IS 'Cause as the review found it; NULL until reviewed.';
COMMENT ON COLUMN qms.ncr_headers.scrap_cost IS 'Parts and material scrapped, at standard cost, USD; known at closing.';
COMMENT ON COLUMN qms.ncr_headers.rework_cost IS 'Rework, USD; known at closing.';
COMMENT ON COLUMN qms.ncr_headers.sorting_cost IS 'Sorting and reinspection, USD; known at closing.';
COMMENT ON COLUMN qms.ncr_headers.total_cost IS 'Scrap, rework and sorting, USD; known at closing.';
COMMENT ON COLUMN qms.ncr_headers.ncr_status IS 'open | contained | dispositioned (the review board has decided) | closed (all decisions carried out).';
COMMENT ON COLUMN qms.ncr_headers.closed_date IS 'Closing; NULL until then.';
COMMENT ON COLUMN qms.ncr_headers.closed_by IS 'Who closed it; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.ncr_headers.created_at IS 'When the report was recorded.';
COMMENT ON COLUMN qms.ncr_headers.updated_at IS 'Last change of the row.';

CREATE TABLE qms.ncr_defect_details (
    defect_detail_id bigint PRIMARY KEY,
    ncr_header_id bigint NOT NULL REFERENCES qms.ncr_headers (ncr_header_id),
    detail_sequence smallint NOT NULL CHECK (detail_sequence > 0),
    defect_code_id integer NOT NULL REFERENCES qms.defect_codes (defect_code_id),
    characteristic_id integer REFERENCES qms.control_plan_characteristics (characteristic_id),
    quantity_defective numeric(14, 3) NOT NULL CHECK (quantity_defective > 0),
    actual_value double precision,
    equipment_id integer REFERENCES qms.measuring_equipment (equipment_id),
    defect_location text NOT NULL CHECK (defect_location IN ('surface', 'edge', 'bore', 'thread', 'joint', 'interior',
        'whole_part', 'packaging')),
    created_at timestamptz NOT NULL,
    UNIQUE (ncr_header_id, detail_sequence),
    CHECK ((actual_value IS NULL) = (equipment_id IS NULL))
);
CREATE INDEX ncr_defect_details_defect_code ON qms.ncr_defect_details (defect_code_id);
CREATE INDEX ncr_defect_details_characteristic ON qms.ncr_defect_details (characteristic_id)
    WHERE characteristic_id IS NOT NULL;
CREATE INDEX ncr_defect_details_equipment ON qms.ncr_defect_details (equipment_id) WHERE equipment_id IS NOT NULL;
COMMENT ON TABLE qms.ncr_defect_details IS 'Defect within a non-conformance; the quantities of a report add up to its defective quantity.';
COMMENT ON COLUMN qms.ncr_defect_details.defect_detail_id IS 'Key.';
COMMENT ON COLUMN qms.ncr_defect_details.ncr_header_id IS 'Report.';
COMMENT ON COLUMN qms.ncr_defect_details.detail_sequence IS 'Number within the report; 1 is the prevailing defect.';
COMMENT ON COLUMN qms.ncr_defect_details.defect_code_id IS 'Defect.';
COMMENT ON COLUMN qms.ncr_defect_details.characteristic_id IS 'Characteristic of the control plan; NULL for material and for defects outside the plan.';
COMMENT ON COLUMN qms.ncr_defect_details.quantity_defective IS 'Quantity whose worst defect it is, in the unit of the report.';
COMMENT ON COLUMN qms.ncr_defect_details.actual_value IS 'Worst value measured, in the unit of the characteristic; NULL if it cannot be measured.';
COMMENT ON COLUMN qms.ncr_defect_details.equipment_id IS 'Gauge used; NULL if it was not measured.';
COMMENT ON COLUMN qms.ncr_defect_details.defect_location IS 'Where on the part.';
COMMENT ON COLUMN qms.ncr_defect_details.created_at IS 'When the detail was recorded, with its report.';

CREATE TABLE qms.ncr_dispositions (
    ncr_disposition_id bigint PRIMARY KEY,
    ncr_header_id bigint NOT NULL REFERENCES qms.ncr_headers (ncr_header_id),
    disposition_sequence smallint NOT NULL CHECK (disposition_sequence > 0),
    disposition text NOT NULL CHECK (disposition IN ('use_as_is', 'rework', 'scrap', 'return_to_supplier')),
    disposition_quantity numeric(14, 3) NOT NULL CHECK (disposition_quantity > 0),
    decided_by integer NOT NULL,
    decided_at timestamptz NOT NULL,
    executed_at timestamptz,
    inventory_transaction_id bigint,
    updated_at timestamptz NOT NULL,
    UNIQUE (ncr_header_id, disposition_sequence),
    CHECK (decided_at <= executed_at),
    CHECK (decided_at <= updated_at AND executed_at <= updated_at),
    CHECK (inventory_transaction_id IS NULL OR executed_at IS NOT NULL)
);
CREATE INDEX ncr_dispositions_open ON qms.ncr_dispositions (decided_at) WHERE executed_at IS NULL;
CREATE INDEX ncr_dispositions_inventory_transaction ON qms.ncr_dispositions (inventory_transaction_id)
    WHERE inventory_transaction_id IS NOT NULL;
COMMENT ON TABLE qms.ncr_dispositions IS 'Decision of the material review board on a part of a non-conformance; decisions of a closed report add up to its defective quantity.';
COMMENT ON COLUMN qms.ncr_dispositions.ncr_disposition_id IS 'Key.';
COMMENT ON COLUMN qms.ncr_dispositions.ncr_header_id IS 'Report.';
COMMENT ON COLUMN qms.ncr_dispositions.disposition_sequence IS 'Number within the report.';
COMMENT ON COLUMN qms.ncr_dispositions.disposition IS 'use_as_is (by concession) | rework | scrap | return_to_supplier.';
COMMENT ON COLUMN qms.ncr_dispositions.disposition_quantity IS 'Quantity, in the unit of the report.';
COMMENT ON COLUMN qms.ncr_dispositions.decided_by IS 'Quality engineer who signed for the board. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.ncr_dispositions.decided_at IS 'When it was decided and recorded.';
COMMENT ON COLUMN qms.ncr_dispositions.executed_at IS 'When it was carried out; NULL until then.';
COMMENT ON COLUMN qms.ncr_dispositions.inventory_transaction_id IS 'Stock movement that carried it out; NULL until then, and for parts not in stock. -> erp.inventory_transactions(inventory_transaction_id)';
COMMENT ON COLUMN qms.ncr_dispositions.updated_at IS 'Last change of the row.';

CREATE TABLE qms.quality_holds (
    quality_hold_id bigint PRIMARY KEY,
    hold_number text NOT NULL UNIQUE CHECK (hold_number ~ '^QH-F[0-9]{2,}-[0-9]{8}-[0-9]{2,}$'),
    factory_id integer NOT NULL,
    warehouse_id integer NOT NULL,
    lot_id bigint NOT NULL,
    warehouse_inventory_id bigint,
    hold_reason text NOT NULL CHECK (hold_reason IN ('non_conformance', 'complaint', 'calibration', 'shelf_life')),
    ncr_header_id bigint REFERENCES qms.ncr_headers (ncr_header_id),
    calibration_id bigint REFERENCES qms.calibration_records (calibration_id),
    quantity_held numeric(14, 3) NOT NULL CHECK (quantity_held > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    placed_by integer NOT NULL,
    placed_at timestamptz NOT NULL,
    quantity_released numeric(14, 3) CHECK (quantity_released >= 0),
    released_by integer,
    released_at timestamptz,
    hold_status text NOT NULL CHECK (hold_status IN ('active', 'released')),
    updated_at timestamptz NOT NULL,
    CHECK ((hold_reason IN ('non_conformance', 'complaint')) = (ncr_header_id IS NOT NULL)),
    CHECK ((hold_reason = 'calibration') = (calibration_id IS NOT NULL)),
    CHECK (num_nulls(released_at, released_by, quantity_released) = CASE hold_status WHEN 'released' THEN 0 ELSE 3 END),
    CHECK (quantity_released <= quantity_held),
    CHECK (placed_at <= released_at),
    CHECK (placed_at <= updated_at AND released_at <= updated_at)
);
CREATE INDEX quality_holds_lot ON qms.quality_holds (lot_id);
CREATE INDEX quality_holds_active ON qms.quality_holds (warehouse_id, lot_id) WHERE hold_status = 'active';
CREATE INDEX quality_holds_time ON qms.quality_holds (placed_at);
CREATE INDEX quality_holds_ncr_header ON qms.quality_holds (ncr_header_id) WHERE ncr_header_id IS NOT NULL;
CREATE INDEX quality_holds_calibration ON qms.quality_holds (calibration_id) WHERE calibration_id IS NOT NULL;
COMMENT ON TABLE qms.quality_holds IS 'Block on a stock lot, or on its stock in one bin, from placing to release; stock on hold is not allocated.';
COMMENT ON COLUMN qms.quality_holds.quality_hold_id IS 'Key.';
COMMENT ON COLUMN qms.quality_holds.hold_number IS 'Readable number: QH-F<factory>-<date>-<sequence>.';
COMMENT ON COLUMN qms.quality_holds.factory_id IS 'Factory responsible. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.quality_holds.warehouse_id IS 'Warehouse. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN qms.quality_holds.lot_id IS 'Stock lot; that of an order has its key. -> erp.inventory_lots(lot_id)';
COMMENT ON COLUMN qms.quality_holds.warehouse_inventory_id IS 'Stock in one bin that is blocked; NULL if the whole lot is. -> wms.warehouse_inventory(warehouse_inventory_id)';
COMMENT ON COLUMN qms.quality_holds.hold_reason IS 'non_conformance (found in process: what the order has made since it was found good) | complaint (other lots of the same fault) | calibration (measured with a gauge found out of tolerance) | shelf_life.';
COMMENT ON COLUMN qms.quality_holds.ncr_header_id IS 'Non-conformance; NULL for the reasons calibration and shelf life.';
COMMENT ON COLUMN qms.quality_holds.calibration_id IS 'Calibration; that reason only, NULL otherwise.';
COMMENT ON COLUMN qms.quality_holds.quantity_held IS 'Quantity blocked, in the unit of measure.';
COMMENT ON COLUMN qms.quality_holds.unit_of_measure IS 'Unit of stock: kg | pcs.';
COMMENT ON COLUMN qms.quality_holds.placed_by IS 'Who placed it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.quality_holds.placed_at IS 'When it was placed and recorded.';
COMMENT ON COLUMN qms.quality_holds.quantity_released IS 'Quantity given free again; the rest is scrapped or returned; NULL while active.';
COMMENT ON COLUMN qms.quality_holds.released_by IS 'Who lifted it; NULL while active. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.quality_holds.released_at IS 'When it was lifted; NULL while active.';
COMMENT ON COLUMN qms.quality_holds.hold_status IS 'active | released (lifted, whatever became of the goods).';
COMMENT ON COLUMN qms.quality_holds.updated_at IS 'Last change of the row.';

-- Audits.
CREATE TABLE qms.quality_audits (
    audit_id bigint PRIMARY KEY,
    audit_number text NOT NULL UNIQUE CHECK (audit_number ~ '^QA-F[0-9]{2,}-[0-9]{8}-[0-9]{2,}$'),
    audit_type text NOT NULL CHECK (audit_type IN ('internal', 'customer', 'certification')),
    audit_scope text NOT NULL CHECK (audit_scope IN ('system', 'process', 'product')),
    audit_standard text NOT NULL CHECK (audit_standard IN ('ISO 9001', 'IATF 16949', 'VDA 6.3', 'VDA 6.5')),
    factory_id integer NOT NULL,
    department_id integer NOT NULL,
    customer_id integer,
    lead_auditor integer,
    auditee_contact integer NOT NULL,
    planned_date date NOT NULL,
    actual_start_date date,
    actual_end_date date,
    audit_duration_hours numeric(6, 2) CHECK (audit_duration_hours > 0),
    audit_score numeric(5, 2) CHECK (audit_score BETWEEN 0 AND 100),
    major_findings smallint CHECK (major_findings >= 0),
    minor_findings smallint CHECK (minor_findings >= 0),
    observations smallint CHECK (observations >= 0),
    audit_status text NOT NULL CHECK (audit_status IN ('planned', 'in_progress', 'completed', 'closed')),
    closed_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((audit_type = 'customer') = (customer_id IS NOT NULL)),
    CHECK ((audit_type = 'internal') = (lead_auditor IS NOT NULL)),
    CHECK (lead_auditor <> auditee_contact),
    CHECK (actual_start_date <= actual_end_date),
    CHECK (actual_end_date <= closed_date),
    CHECK ((audit_status = 'planned') = (actual_start_date IS NULL)),
    CHECK (num_nulls(actual_end_date, audit_duration_hours, audit_score, major_findings, minor_findings, observations)
        = CASE WHEN audit_status IN ('completed', 'closed') THEN 0 ELSE 6 END),
    CHECK ((audit_status = 'closed') = (closed_date IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX quality_audits_factory ON qms.quality_audits (factory_id, planned_date);
CREATE INDEX quality_audits_date ON qms.quality_audits (planned_date);
COMMENT ON TABLE qms.quality_audits IS 'Audit of a department of ours: by our auditors, a customer or the certification body. Audits of suppliers are kept with the suppliers.';
COMMENT ON COLUMN qms.quality_audits.audit_id IS 'Key.';
COMMENT ON COLUMN qms.quality_audits.audit_number IS 'Readable number: QA-F<factory>-<planned date>-<sequence>.';
COMMENT ON COLUMN qms.quality_audits.audit_type IS 'internal | customer | certification.';
COMMENT ON COLUMN qms.quality_audits.audit_scope IS 'system | process | product.';
COMMENT ON COLUMN qms.quality_audits.audit_standard IS 'Standard audited against.';
COMMENT ON COLUMN qms.quality_audits.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.quality_audits.department_id IS 'Department audited. -> master.departments(department_id)';
COMMENT ON COLUMN qms.quality_audits.customer_id IS 'Customer who audits; customer audits only, NULL otherwise. -> master.customers(customer_id)';
COMMENT ON COLUMN qms.quality_audits.lead_auditor IS 'Our lead auditor, of another department; NULL for audits by others. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.quality_audits.auditee_contact IS 'Who answers for the department. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.quality_audits.planned_date IS 'Day planned.';
COMMENT ON COLUMN qms.quality_audits.actual_start_date IS 'First day; known when it starts.';
COMMENT ON COLUMN qms.quality_audits.actual_end_date IS 'Last day; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.audit_duration_hours IS 'Hours of auditing; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.audit_score IS 'Degree of fulfilment, %; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.major_findings IS 'Major non-conformities; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.minor_findings IS 'Minor non-conformities; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.observations IS 'Opportunities for improvement; known when it ends.';
COMMENT ON COLUMN qms.quality_audits.audit_status IS 'planned | in_progress | completed (report issued) | closed (all findings settled).';
COMMENT ON COLUMN qms.quality_audits.closed_date IS 'Closing; NULL until then.';
COMMENT ON COLUMN qms.quality_audits.created_at IS 'When the audit was planned.';
COMMENT ON COLUMN qms.quality_audits.updated_at IS 'Last change of the row.';

CREATE TABLE qms.audit_findings (
    finding_id bigint PRIMARY KEY,
    audit_id bigint NOT NULL REFERENCES qms.quality_audits (audit_id),
    finding_number smallint NOT NULL CHECK (finding_number > 0),
    finding_type text NOT NULL CHECK (finding_type IN ('major', 'minor', 'observation')),
    finding_category text NOT NULL CHECK (finding_category IN ('documentation', 'training', 'measuring_equipment',
        'process_control', 'traceability', 'maintenance', 'nonconforming_output', 'management')),
    requirement_reference text NOT NULL CHECK (requirement_reference ~ '^[0-9P]+(\.[0-9]+)*$'),
    finding_description text NOT NULL,
    responsible_person integer NOT NULL,
    target_closure_date date NOT NULL,
    linked_capa_id bigint,
    finding_status text NOT NULL CHECK (finding_status IN ('open', 'implemented', 'closed')),
    closure_date date,
    closure_verified_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (audit_id, finding_number),
    CHECK ((finding_status = 'closed') = (closure_date IS NOT NULL)),
    CHECK (closure_verified_by IS NULL OR closure_date IS NOT NULL),
    CHECK (closure_verified_by <> responsible_person),
    CHECK (created_at <= updated_at)
);
CREATE INDEX audit_findings_open ON qms.audit_findings (target_closure_date) WHERE finding_status <> 'closed';
COMMENT ON TABLE qms.audit_findings IS 'Finding of an audit of ours; findings at suppliers are kept with the suppliers.';
COMMENT ON COLUMN qms.audit_findings.finding_id IS 'Key.';
COMMENT ON COLUMN qms.audit_findings.audit_id IS 'Audit.';
COMMENT ON COLUMN qms.audit_findings.finding_number IS 'Number within the audit.';
COMMENT ON COLUMN qms.audit_findings.finding_type IS 'major | minor (non-conformities) | observation (opportunity for improvement).';
COMMENT ON COLUMN qms.audit_findings.finding_category IS 'What it is about.';
COMMENT ON COLUMN qms.audit_findings.requirement_reference IS 'Clause or question of the standard, such as 8.5.1 or P6.2.';
COMMENT ON COLUMN qms.audit_findings.finding_description IS 'What was found.';
COMMENT ON COLUMN qms.audit_findings.responsible_person IS 'Who has to settle it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.audit_findings.target_closure_date IS 'When it is due.';
COMMENT ON COLUMN qms.audit_findings.linked_capa_id IS 'CAPA opened for it; NULL until then, for findings settled at once, and where it was closed before history begins. -> qms.capa_headers(capa_header_id)';
COMMENT ON COLUMN qms.audit_findings.finding_status IS 'open | implemented (correction reported) | closed (correction verified).';
COMMENT ON COLUMN qms.audit_findings.closure_date IS 'Day verified; NULL until then.';
COMMENT ON COLUMN qms.audit_findings.closure_verified_by IS 'Who verified it; NULL until then, and if an outside auditor did. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.audit_findings.created_at IS 'When the finding was recorded.';
COMMENT ON COLUMN qms.audit_findings.updated_at IS 'Last change of the row.';

-- Corrective and preventive action.
CREATE TABLE qms.capa_headers (
    capa_header_id bigint PRIMARY KEY,
    capa_number text NOT NULL UNIQUE CHECK (capa_number ~ '^CAPA-F[0-9]{2,}-[0-9]{8}-[0-9]{2,}$'),
    factory_id integer NOT NULL,
    action_type text NOT NULL CHECK (action_type IN ('corrective', 'preventive')),
    initiated_from text NOT NULL CHECK (initiated_from IN ('ncr', 'complaint', 'audit', 'supplier_audit', 'trend')),
    ncr_header_id bigint REFERENCES qms.ncr_headers (ncr_header_id),
    customer_complaint_id bigint REFERENCES qms.customer_complaints (customer_complaint_id),
    finding_id bigint REFERENCES qms.audit_findings (finding_id),
    supplier_finding_id bigint,
    supplier_id integer,
    defect_code_id integer REFERENCES qms.defect_codes (defect_code_id),
    problem_severity text NOT NULL CHECK (problem_severity IN ('critical', 'major', 'minor')),
    responsible_person integer NOT NULL,
    responsible_department integer NOT NULL,
    target_completion_date date NOT NULL,
    root_cause_method text CHECK (root_cause_method IN ('five_why', 'ishikawa', 'fault_tree', 'design_of_experiments')),
    root_cause_category text
        CHECK (root_cause_category IN ('machine', 'method', 'material', 'people', 'measurement', 'environment')),
    root_cause_date date,
    actual_completion_date date,
    verification_date date,
    verified_by integer,
    effectiveness_review_date date,
    effectiveness_verified boolean,
    defect_rate_before_ppm double precision CHECK (defect_rate_before_ppm >= 0),
    defect_rate_after_ppm double precision CHECK (defect_rate_after_ppm >= 0),
    implementation_cost numeric(14, 2) CHECK (implementation_cost >= 0),
    capa_status text NOT NULL CHECK (capa_status IN ('open', 'implementing', 'verifying', 'closed')),
    closed_date timestamptz,
    closed_by integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((initiated_from = 'ncr') = (ncr_header_id IS NOT NULL)),
    CHECK ((initiated_from = 'complaint') = (customer_complaint_id IS NOT NULL)),
    CHECK ((initiated_from = 'audit') = (finding_id IS NOT NULL)),
    CHECK (initiated_from = 'supplier_audit' OR supplier_finding_id IS NULL),
    CHECK (initiated_from <> 'supplier_audit' OR supplier_id IS NOT NULL),
    CHECK (num_nulls(root_cause_method, root_cause_category, root_cause_date) = CASE capa_status WHEN 'open' THEN 3
        ELSE 0 END),
    CHECK ((capa_status IN ('verifying', 'closed')) = (actual_completion_date IS NOT NULL)),
    CHECK ((verification_date IS NULL) = (verified_by IS NULL)),
    CHECK (verified_by <> responsible_person),
    CHECK ((effectiveness_review_date IS NULL) = (effectiveness_verified IS NULL)),
    CHECK (num_nulls(defect_rate_before_ppm, defect_rate_after_ppm) = CASE WHEN effectiveness_review_date IS NOT NULL
        AND defect_code_id IS NOT NULL THEN 0 ELSE 2 END),
    CHECK (root_cause_date <= actual_completion_date),
    CHECK (actual_completion_date <= verification_date),
    CHECK (verification_date < effectiveness_review_date),
    CHECK (verification_date IS NULL OR actual_completion_date IS NOT NULL),
    CHECK (effectiveness_review_date IS NULL OR verification_date IS NOT NULL),
    CHECK (num_nulls(closed_date, closed_by, implementation_cost) = CASE capa_status WHEN 'closed' THEN 0 ELSE 3 END),
    CHECK (capa_status <> 'closed' OR effectiveness_review_date IS NOT NULL),
    CHECK (created_at <= closed_date AND closed_date <= updated_at AND created_at <= updated_at)
);
CREATE INDEX capa_headers_factory ON qms.capa_headers (factory_id, created_at);
CREATE INDEX capa_headers_supplier ON qms.capa_headers (supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX capa_headers_open ON qms.capa_headers (target_completion_date) WHERE capa_status <> 'closed';
CREATE INDEX capa_headers_ncr_header ON qms.capa_headers (ncr_header_id) WHERE ncr_header_id IS NOT NULL;
CREATE INDEX capa_headers_customer_complaint ON qms.capa_headers (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
CREATE INDEX capa_headers_finding ON qms.capa_headers (finding_id) WHERE finding_id IS NOT NULL;
CREATE INDEX capa_headers_defect_code ON qms.capa_headers (defect_code_id) WHERE defect_code_id IS NOT NULL;
COMMENT ON TABLE qms.capa_headers IS 'Corrective or preventive action case, from the problem to the review of its effect.';
COMMENT ON COLUMN qms.capa_headers.capa_header_id IS 'Key.';
COMMENT ON COLUMN qms.capa_headers.capa_number IS 'Readable number: CAPA-F<factory>-<date>-<sequence>.';
COMMENT ON COLUMN qms.capa_headers.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.capa_headers.action_type IS 'corrective (it happened) | preventive (it could).';
COMMENT ON COLUMN qms.capa_headers.initiated_from IS 'What called for it: ncr | complaint | audit | supplier_audit | trend (a key figure or chart).';
COMMENT ON COLUMN qms.capa_headers.ncr_header_id IS 'Non-conformance; NULL for other sources.';
COMMENT ON COLUMN qms.capa_headers.customer_complaint_id IS 'Complaint; NULL for other sources.';
COMMENT ON COLUMN qms.capa_headers.finding_id IS 'Finding of an audit; NULL for other sources.';
COMMENT ON COLUMN qms.capa_headers.supplier_finding_id IS 'Finding of a supplier audit; NULL for other sources. -> supplier.audit_findings(audit_finding_id)';
COMMENT ON COLUMN qms.capa_headers.supplier_id IS 'Supplier who has to act; NULL if it is us. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN qms.capa_headers.defect_code_id IS 'Defect to be prevented; NULL for findings of audits.';
COMMENT ON COLUMN qms.capa_headers.problem_severity IS 'critical | major | minor.';
COMMENT ON COLUMN qms.capa_headers.responsible_person IS 'Who leads the case. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.capa_headers.responsible_department IS 'Department that acts or, for a supplier, follows up. -> master.departments(department_id)';
COMMENT ON COLUMN qms.capa_headers.target_completion_date IS 'When all actions are due.';
COMMENT ON COLUMN qms.capa_headers.root_cause_method IS 'How the cause was found; NULL until it is.';
COMMENT ON COLUMN qms.capa_headers.root_cause_category IS 'Root cause; NULL until it is found.';
COMMENT ON COLUMN qms.capa_headers.root_cause_date IS 'When it was found; NULL until then.';
COMMENT ON COLUMN qms.capa_headers.actual_completion_date IS 'When the last action was done; NULL until then.';
COMMENT ON COLUMN qms.capa_headers.verification_date IS 'When implementation was verified on the spot; NULL until then.';
COMMENT ON COLUMN qms.capa_headers.verified_by IS 'Who verified it; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.capa_headers.effectiveness_review_date IS 'When the effect was reviewed, at least 30 days later; NULL until then.';
COMMENT ON COLUMN qms.capa_headers.effectiveness_verified IS 'The problem did not come back; known at that review.';
COMMENT ON COLUMN qms.capa_headers.defect_rate_before_ppm IS 'Defects per million parts before; known at that review, NULL without a defect.';
COMMENT ON COLUMN qms.capa_headers.defect_rate_after_ppm IS 'Defects per million parts since; known at that review, NULL without a defect.';
COMMENT ON COLUMN qms.capa_headers.implementation_cost IS 'Cost of the actions, USD; known at closing.';
COMMENT ON COLUMN qms.capa_headers.capa_status IS 'open (cause sought) | implementing (cause found) | verifying (actions done) | closed.';
COMMENT ON COLUMN qms.capa_headers.closed_date IS 'Closing; NULL until then.';
COMMENT ON COLUMN qms.capa_headers.closed_by IS 'Who closed it; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.capa_headers.created_at IS 'When the case was opened.';
COMMENT ON COLUMN qms.capa_headers.updated_at IS 'Last change of the row.';

CREATE TABLE qms.capa_actions (
    capa_action_id bigint PRIMARY KEY,
    capa_header_id bigint NOT NULL REFERENCES qms.capa_headers (capa_header_id),
    action_sequence smallint NOT NULL CHECK (action_sequence > 0),
    action_type text NOT NULL CHECK (action_type IN ('containment', 'corrective', 'preventive', 'verification')),
    action_description text NOT NULL,
    assigned_to integer NOT NULL,
    due_date date NOT NULL,
    completion_date date,
    action_status text NOT NULL CHECK (action_status IN ('open', 'in_progress', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (capa_header_id, action_sequence),
    CHECK ((action_status = 'completed') = (completion_date IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX capa_actions_open ON qms.capa_actions (due_date) WHERE completion_date IS NULL;
CREATE INDEX capa_actions_assigned_to ON qms.capa_actions (assigned_to);
COMMENT ON TABLE qms.capa_actions IS 'Action of a CAPA case.';
COMMENT ON COLUMN qms.capa_actions.capa_action_id IS 'Key.';
COMMENT ON COLUMN qms.capa_actions.capa_header_id IS 'Case.';
COMMENT ON COLUMN qms.capa_actions.action_sequence IS 'Number within the case.';
COMMENT ON COLUMN qms.capa_actions.action_type IS 'containment | corrective | preventive | verification.';
COMMENT ON COLUMN qms.capa_actions.action_description IS 'What is to be done.';
COMMENT ON COLUMN qms.capa_actions.assigned_to IS 'Who does it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.capa_actions.due_date IS 'When it is due.';
COMMENT ON COLUMN qms.capa_actions.completion_date IS 'When it was done; NULL until then.';
COMMENT ON COLUMN qms.capa_actions.action_status IS 'open | in_progress | completed.';
COMMENT ON COLUMN qms.capa_actions.created_at IS 'When the action was decided.';
COMMENT ON COLUMN qms.capa_actions.updated_at IS 'Last change of the row.';

CREATE TABLE qms.eight_d_reports (
    eight_d_id bigint PRIMARY KEY,
    eight_d_number text NOT NULL UNIQUE CHECK (eight_d_number ~ '^8D-[0-9]{8}-[0-9]{2,}$'),
    customer_complaint_id bigint NOT NULL UNIQUE REFERENCES qms.customer_complaints (customer_complaint_id),
    capa_header_id bigint UNIQUE REFERENCES qms.capa_headers (capa_header_id),
    team_leader integer NOT NULL,
    team_size smallint NOT NULL CHECK (team_size BETWEEN 3 AND 12),
    champion integer NOT NULL,
    team_established_date timestamptz NOT NULL,
    problem_described_date timestamptz,
    containment_due_date date NOT NULL,
    containment_date timestamptz,
    parts_sorted integer CHECK (parts_sorted >= 0),
    parts_found_defective integer CHECK (parts_found_defective >= 0),
    root_cause_method text CHECK (root_cause_method IN ('five_why', 'ishikawa', 'fault_tree', 'design_of_experiments')),
    root_cause_category text
        CHECK (root_cause_category IN ('machine', 'method', 'material', 'people', 'measurement', 'environment')),
    escape_point text CHECK (escape_point IN ('incoming_inspection', 'in_process', 'final_inspection', 'packing')),
    root_cause_identified timestamptz,
    actions_chosen_date timestamptz,
    pca_implementation_date timestamptz,
    preventive_actions_date timestamptz,
    closed_date timestamptz,
    final_due_date date NOT NULL,
    eight_d_status text NOT NULL
        CHECK (eight_d_status IN ('started', 'contained', 'cause_known', 'implemented', 'closed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (team_leader <> champion),
    CHECK (team_established_date <= problem_described_date AND problem_described_date <= containment_date),
    CHECK (containment_date <= root_cause_identified AND root_cause_identified <= actions_chosen_date),
    CHECK (actions_chosen_date <= pca_implementation_date AND pca_implementation_date <= preventive_actions_date),
    CHECK (preventive_actions_date <= closed_date AND closed_date <= updated_at),
    CHECK (team_established_date <= created_at AND created_at <= updated_at),
    CHECK (num_nulls(containment_date, parts_sorted, parts_found_defective) IN (0, 3)),
    CHECK (parts_found_defective <= parts_sorted),
    CHECK (num_nulls(root_cause_identified, root_cause_method, root_cause_category, escape_point) IN (0, 4)),
    -- Each discipline rests on the ones before it.
    CHECK (containment_date IS NULL OR problem_described_date IS NOT NULL),
    CHECK (root_cause_identified IS NULL OR containment_date IS NOT NULL),
    CHECK (actions_chosen_date IS NULL OR root_cause_identified IS NOT NULL),
    CHECK (pca_implementation_date IS NULL OR (actions_chosen_date IS NOT NULL AND capa_header_id IS NOT NULL)),
    CHECK (preventive_actions_date IS NULL OR pca_implementation_date IS NOT NULL),
    CHECK (closed_date IS NULL OR preventive_actions_date IS NOT NULL),
    CHECK (eight_d_status = CASE WHEN closed_date IS NOT NULL THEN 'closed' WHEN pca_implementation_date IS NOT NULL
        THEN 'implemented' WHEN root_cause_identified IS NOT NULL THEN 'cause_known' WHEN containment_date IS NOT NULL
        THEN 'contained' ELSE 'started' END)
);
CREATE INDEX eight_d_reports_open ON qms.eight_d_reports (final_due_date) WHERE closed_date IS NULL;
COMMENT ON TABLE qms.eight_d_reports IS '8D report to a customer on a serious complaint; one row a complaint, a time for each discipline as it is finished.';
COMMENT ON COLUMN qms.eight_d_reports.eight_d_id IS 'Key.';
COMMENT ON COLUMN qms.eight_d_reports.eight_d_number IS 'Readable number with the parts of the complaint''s.';
COMMENT ON COLUMN qms.eight_d_reports.customer_complaint_id IS 'Complaint.';
COMMENT ON COLUMN qms.eight_d_reports.capa_header_id IS 'CAPA case that carries out D5 to D7; NULL until it is opened.';
COMMENT ON COLUMN qms.eight_d_reports.team_leader IS 'Quality engineer who leads the team. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.eight_d_reports.team_size IS 'Members, the leader included.';
COMMENT ON COLUMN qms.eight_d_reports.champion IS 'Manager who sponsors the team. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.eight_d_reports.team_established_date IS 'D1: the team is formed.';
COMMENT ON COLUMN qms.eight_d_reports.problem_described_date IS 'D2: the problem is described; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.containment_due_date IS 'Day on which the customer expects D3: one working day after the complaint.';
COMMENT ON COLUMN qms.eight_d_reports.containment_date IS 'D3: containment works at the customer''s, in transit and in stock; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.parts_sorted IS 'D3: parts sorted; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.parts_found_defective IS 'D3: parts found defective among them; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.root_cause_method IS 'D4: how the cause was found; NULL until it is.';
COMMENT ON COLUMN qms.eight_d_reports.root_cause_category IS 'D4: root cause; NULL until it is found.';
COMMENT ON COLUMN qms.eight_d_reports.escape_point IS 'D4: where it should have been found; NULL until the cause is known.';
COMMENT ON COLUMN qms.eight_d_reports.root_cause_identified IS 'D4: cause and escape point are known; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.actions_chosen_date IS 'D5: permanent actions are chosen and verified; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.pca_implementation_date IS 'D6: permanent actions are in place and validated; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.preventive_actions_date IS 'D7: FMEA, control plan and instructions are revised; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.closed_date IS 'D8: the customer accepts, the team is thanked; NULL until then.';
COMMENT ON COLUMN qms.eight_d_reports.final_due_date IS 'When the customer expects the complete report.';
COMMENT ON COLUMN qms.eight_d_reports.eight_d_status IS 'started (D1, D2) | contained (D3) | cause_known (D4, D5) | implemented (D6, D7) | closed (D8).';
COMMENT ON COLUMN qms.eight_d_reports.created_at IS 'When the report was opened.';
COMMENT ON COLUMN qms.eight_d_reports.updated_at IS 'Last change of the row.';

-- Controlled documents.
CREATE TABLE qms.quality_documents (
    document_id integer PRIMARY KEY,
    document_number text NOT NULL UNIQUE CHECK (document_number ~ '^(QM|QP|WI|FM|SP)-[0-9]{4,}$'),
    document_title text NOT NULL,
    document_type text NOT NULL
        CHECK (document_type IN ('manual', 'procedure', 'work_instruction', 'form', 'specification')),
    department_id integer NOT NULL,
    document_owner integer NOT NULL,
    revision_number smallint NOT NULL CHECK (revision_number > 0),
    approval_date date NOT NULL,
    effective_date date NOT NULL,
    review_frequency_months smallint NOT NULL CHECK (review_frequency_months > 0),
    next_review_date date NOT NULL,
    document_status text NOT NULL CHECK (document_status IN ('released', 'under_review', 'obsolete')),
    obsolete_date date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (approval_date <= effective_date),
    CHECK (effective_date < next_review_date),
    CHECK (effective_date <= obsolete_date),
    CHECK ((document_status = 'obsolete') = (obsolete_date IS NOT NULL)),
    CHECK (document_number LIKE CASE document_type WHEN 'manual' THEN 'QM' WHEN 'procedure' THEN 'QP' WHEN
        'work_instruction' THEN 'WI' WHEN 'form' THEN 'FM' ELSE 'SP' END || '-%'),
    CHECK (created_at <= updated_at)
);
CREATE INDEX quality_documents_department ON qms.quality_documents (department_id);
CREATE INDEX quality_documents_review ON qms.quality_documents (next_review_date) WHERE document_status <> 'obsolete';
COMMENT ON TABLE qms.quality_documents IS 'Controlled document of the management system, with the revision in force.';
COMMENT ON COLUMN qms.quality_documents.document_id IS 'Key.';
COMMENT ON COLUMN qms.quality_documents.document_number IS 'Number; the letters are those of the type.';
COMMENT ON COLUMN qms.quality_documents.document_title IS 'Title.';
COMMENT ON COLUMN qms.quality_documents.document_type IS 'manual (QM) | procedure (QP) | work_instruction (WI) | form (FM) | specification (SP).';
COMMENT ON COLUMN qms.quality_documents.department_id IS 'Department it belongs to. -> master.departments(department_id)';
COMMENT ON COLUMN qms.quality_documents.document_owner IS 'Who keeps it up to date. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.quality_documents.revision_number IS 'Revision in force.';
COMMENT ON COLUMN qms.quality_documents.approval_date IS 'Release of that revision.';
COMMENT ON COLUMN qms.quality_documents.effective_date IS 'First day of that revision.';
COMMENT ON COLUMN qms.quality_documents.review_frequency_months IS 'Time between two reviews.';
COMMENT ON COLUMN qms.quality_documents.next_review_date IS 'Next review due.';
COMMENT ON COLUMN qms.quality_documents.document_status IS 'released | under_review (the revision stays in force) | obsolete.';
COMMENT ON COLUMN qms.quality_documents.obsolete_date IS 'Day it was withdrawn, which is rare; NULL while in force.';
COMMENT ON COLUMN qms.quality_documents.created_at IS 'When the document was first released.';
COMMENT ON COLUMN qms.quality_documents.updated_at IS 'Last change of the row.';

CREATE TABLE qms.document_revisions (
    revision_id bigint PRIMARY KEY,
    document_id integer NOT NULL REFERENCES qms.quality_documents (document_id),
    revision_number smallint NOT NULL CHECK (revision_number > 0),
    change_reason text NOT NULL
        CHECK (change_reason IN ('new_document', 'periodic_review', 'capa', 'engineering_change', 'process_change')),
    capa_header_id bigint REFERENCES qms.capa_headers (capa_header_id),
    changed_pages smallint NOT NULL CHECK (changed_pages > 0),
    revised_by integer NOT NULL,
    approved_by integer NOT NULL,
    revision_date date NOT NULL,
    effective_date date NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (document_id, revision_number),
    CHECK ((change_reason = 'capa') = (capa_header_id IS NOT NULL)),
    CHECK ((change_reason = 'new_document') = (revision_number = 1)),
    CHECK (revised_by <> approved_by),
    CHECK (revision_date <= effective_date)
);
CREATE INDEX document_revisions_date ON qms.document_revisions (revision_date);
CREATE INDEX document_revisions_capa_header ON qms.document_revisions (capa_header_id) WHERE capa_header_id IS NOT NULL;
COMMENT ON TABLE qms.document_revisions IS 'Revision of a document released since history begins, and why.';
COMMENT ON COLUMN qms.document_revisions.revision_id IS 'Key.';
COMMENT ON COLUMN qms.document_revisions.document_id IS 'Document.';
COMMENT ON COLUMN qms.document_revisions.revision_number IS 'Revision; 1 for a new document.';
COMMENT ON COLUMN qms.document_revisions.change_reason IS 'new_document | periodic_review | capa | engineering_change | process_change.';
COMMENT ON COLUMN qms.document_revisions.capa_header_id IS 'CAPA case that called for it; that reason only, NULL otherwise.';
COMMENT ON COLUMN qms.document_revisions.changed_pages IS 'Pages changed.';
COMMENT ON COLUMN qms.document_revisions.revised_by IS 'Who wrote it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.document_revisions.approved_by IS 'Who released it. -> master.employees(employee_id)';
COMMENT ON COLUMN qms.document_revisions.revision_date IS 'Release.';
COMMENT ON COLUMN qms.document_revisions.effective_date IS 'First day in force.';
COMMENT ON COLUMN qms.document_revisions.created_at IS 'When the revision was recorded.';

-- Cost of quality and key figures.
CREATE TABLE qms.quality_cost_entries (
    cost_entry_id bigint PRIMARY KEY,
    factory_id integer NOT NULL,
    cost_category text NOT NULL
        CHECK (cost_category IN ('prevention', 'appraisal', 'internal_failure', 'external_failure')),
    cost_element text NOT NULL CHECK (cost_element IN ('training', 'audit', 'improvement', 'inspection', 'calibration',
        'scrap', 'rework', 'sorting', 'complaint_credit', 'replacement', 'warranty')),
    ncr_header_id bigint REFERENCES qms.ncr_headers (ncr_header_id),
    customer_complaint_id bigint REFERENCES qms.customer_complaints (customer_complaint_id),
    capa_header_id bigint REFERENCES qms.capa_headers (capa_header_id),
    audit_id bigint REFERENCES qms.quality_audits (audit_id),
    calibration_id bigint REFERENCES qms.calibration_records (calibration_id),
    work_order_id bigint,
    warranty_claim_id bigint,
    quantity numeric(14, 3) CHECK (quantity > 0),
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    entry_date timestamptz NOT NULL,
    journal_entry_id bigint,
    updated_at timestamptz NOT NULL,
    CHECK (cost_category = CASE WHEN cost_element IN ('training', 'audit', 'improvement') THEN 'prevention' WHEN
        cost_element IN ('inspection', 'calibration') THEN 'appraisal' WHEN cost_element IN ('scrap', 'rework',
        'sorting') THEN 'internal_failure' ELSE 'external_failure' END),
    CHECK (num_nonnulls(ncr_header_id, customer_complaint_id, capa_header_id, audit_id, calibration_id, work_order_id,
        warranty_claim_id) <= 1),
    CHECK (ncr_header_id IS NULL OR cost_element IN ('scrap', 'rework', 'sorting')),
    CHECK ((cost_element IN ('complaint_credit', 'replacement')) = (customer_complaint_id IS NOT NULL)),
    CHECK ((cost_element = 'improvement') = (capa_header_id IS NOT NULL)),
    CHECK ((cost_element = 'audit') = (audit_id IS NOT NULL)),
    CHECK ((cost_element = 'calibration') = (calibration_id IS NOT NULL)),
    CHECK (work_order_id IS NULL OR cost_element IN ('scrap', 'rework', 'inspection')),
    CHECK (cost_element = 'warranty' OR warranty_claim_id IS NULL),
    CHECK ((cost_element IN ('scrap', 'rework', 'sorting')) = (quantity IS NOT NULL)),
    CHECK (entry_date <= updated_at)
);
CREATE INDEX quality_cost_entries_factory ON qms.quality_cost_entries (factory_id, entry_date);
CREATE INDEX quality_cost_entries_work_order ON qms.quality_cost_entries (work_order_id)
    WHERE work_order_id IS NOT NULL;
CREATE INDEX quality_cost_entries_category ON qms.quality_cost_entries (cost_category, entry_date);
CREATE INDEX quality_cost_entries_unposted ON qms.quality_cost_entries (entry_date) WHERE journal_entry_id IS NULL;
CREATE INDEX quality_cost_entries_ncr_header ON qms.quality_cost_entries (ncr_header_id)
    WHERE ncr_header_id IS NOT NULL;
CREATE INDEX quality_cost_entries_customer_complaint ON qms.quality_cost_entries (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
CREATE INDEX quality_cost_entries_capa_header ON qms.quality_cost_entries (capa_header_id)
    WHERE capa_header_id IS NOT NULL;
CREATE INDEX quality_cost_entries_audit ON qms.quality_cost_entries (audit_id) WHERE audit_id IS NOT NULL;
CREATE INDEX quality_cost_entries_calibration ON qms.quality_cost_entries (calibration_id)
    WHERE calibration_id IS NOT NULL;
COMMENT ON TABLE qms.quality_cost_entries IS 'Cost of quality by the prevention, appraisal and failure model; one row a document and element. Failure costs equal what accounting posts for the same document.';
COMMENT ON COLUMN qms.quality_cost_entries.cost_entry_id IS 'Key.';
COMMENT ON COLUMN qms.quality_cost_entries.factory_id IS 'Factory that bears the cost. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.quality_cost_entries.cost_category IS 'prevention | appraisal | internal_failure | external_failure.';
COMMENT ON COLUMN qms.quality_cost_entries.cost_element IS 'training, audit, improvement (prevention) | inspection, calibration (appraisal) | scrap, rework, sorting (internal failure) | complaint_credit, replacement, warranty (external failure).';
COMMENT ON COLUMN qms.quality_cost_entries.ncr_header_id IS 'Non-conformance that caused it; NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.customer_complaint_id IS 'Complaint that caused it; NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.capa_header_id IS 'CAPA case whose actions it pays, element improvement only; NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.audit_id IS 'Audit; that element only, NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.calibration_id IS 'Calibration; that element only, NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.work_order_id IS 'Production order whose scrap or inspection it is, without a non-conformance; NULL otherwise. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN qms.quality_cost_entries.warranty_claim_id IS 'Warranty claim; element warranty only, always NULL for the others. -> service.warranty_claims(warranty_claim_id)';
COMMENT ON COLUMN qms.quality_cost_entries.quantity IS 'Parts, or base units of the material; scrap, rework and sorting only, NULL otherwise.';
COMMENT ON COLUMN qms.quality_cost_entries.amount IS 'Amount, USD.';
COMMENT ON COLUMN qms.quality_cost_entries.entry_date IS 'When the cost arose, and was recorded.';
COMMENT ON COLUMN qms.quality_cost_entries.journal_entry_id IS 'Accounting document; NULL until posted, and for costs that accounting does not post by themselves. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN qms.quality_cost_entries.updated_at IS 'Last change of the row.';

CREATE TABLE qms.supplier_quality_metrics (
    metric_id bigint PRIMARY KEY,
    supplier_id integer NOT NULL,
    metric_period date NOT NULL,
    total_receipts integer NOT NULL CHECK (total_receipts >= 0),
    receipts_inspected integer NOT NULL CHECK (receipts_inspected BETWEEN 0 AND total_receipts),
    receipts_accepted integer NOT NULL CHECK (receipts_accepted >= 0),
    receipts_rejected integer NOT NULL CHECK (receipts_rejected >= 0),
    total_quantity_received numeric(14, 3) NOT NULL CHECK (total_quantity_received >= 0),
    quantity_rejected numeric(14, 3) NOT NULL CHECK (quantity_rejected >= 0),
    specimens_inspected integer NOT NULL CHECK (specimens_inspected >= 0),
    critical_defects integer NOT NULL CHECK (critical_defects >= 0),
    major_defects integer NOT NULL CHECK (major_defects >= 0),
    minor_defects integer NOT NULL CHECK (minor_defects >= 0),
    defect_ppm double precision CHECK (defect_ppm BETWEEN 0 AND 1000000),
    acceptance_rate_pct double precision CHECK (acceptance_rate_pct BETWEEN 0 AND 100),
    ncr_count integer NOT NULL CHECK (ncr_count >= 0),
    capa_count integer NOT NULL CHECK (capa_count >= 0),
    rejection_cost numeric(14, 2) NOT NULL CHECK (rejection_cost >= 0),
    rework_cost numeric(14, 2) NOT NULL CHECK (rework_cost >= 0),
    sorting_cost numeric(14, 2) NOT NULL CHECK (sorting_cost >= 0),
    total_copq numeric(14, 2) NOT NULL,
    quality_score numeric(5, 2) CHECK (quality_score BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL,
    UNIQUE (supplier_id, metric_period),
    CHECK (receipts_inspected = receipts_accepted + receipts_rejected),
    CHECK (critical_defects + major_defects + minor_defects <= specimens_inspected),
    CHECK ((total_quantity_received = 0) = (defect_ppm IS NULL)),
    CHECK ((total_receipts = 0) = (quality_score IS NULL)),
    CHECK ((receipts_inspected = 0) = (acceptance_rate_pct IS NULL)),
    CHECK (total_copq = rejection_cost + rework_cost + sorting_cost)
);
CREATE INDEX supplier_quality_metrics_period ON qms.supplier_quality_metrics (metric_period);
COMMENT ON TABLE qms.supplier_quality_metrics IS 'Quality of a supplier in a calendar month, computed after it from receipts, inspection lots and non-conformances.';
COMMENT ON COLUMN qms.supplier_quality_metrics.metric_id IS 'Key.';
COMMENT ON COLUMN qms.supplier_quality_metrics.supplier_id IS 'Supplier. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN qms.supplier_quality_metrics.metric_period IS 'Month, by its first day.';
COMMENT ON COLUMN qms.supplier_quality_metrics.total_receipts IS 'Goods receipt lines.';
COMMENT ON COLUMN qms.supplier_quality_metrics.receipts_inspected IS 'Those inspected, with a decision taken.';
COMMENT ON COLUMN qms.supplier_quality_metrics.receipts_accepted IS 'Inspected and accepted.';
COMMENT ON COLUMN qms.supplier_quality_metrics.receipts_rejected IS 'Inspected and rejected, wholly or in part.';
COMMENT ON COLUMN qms.supplier_quality_metrics.total_quantity_received IS 'Quantity received [base units].';
COMMENT ON COLUMN qms.supplier_quality_metrics.quantity_rejected IS 'Quantity rejected at incoming inspection or on the line [base units].';
COMMENT ON COLUMN qms.supplier_quality_metrics.specimens_inspected IS 'Specimens of the inspection lots decided.';
COMMENT ON COLUMN qms.supplier_quality_metrics.critical_defects IS 'Specimens whose worst defect is critical.';
COMMENT ON COLUMN qms.supplier_quality_metrics.major_defects IS 'Specimens whose worst defect is major.';
COMMENT ON COLUMN qms.supplier_quality_metrics.minor_defects IS 'Specimens whose worst defect is minor.';
COMMENT ON COLUMN qms.supplier_quality_metrics.defect_ppm IS 'Quantity rejected over quantity received; NULL without receipts.';
COMMENT ON COLUMN qms.supplier_quality_metrics.acceptance_rate_pct IS 'Accepted over inspected; NULL if none was inspected.';
COMMENT ON COLUMN qms.supplier_quality_metrics.ncr_count IS 'Non-conformances opened against the supplier.';
COMMENT ON COLUMN qms.supplier_quality_metrics.capa_count IS 'CAPA cases opened against the supplier.';
COMMENT ON COLUMN qms.supplier_quality_metrics.rejection_cost IS 'Material scrapped, at standard cost, USD.';
COMMENT ON COLUMN qms.supplier_quality_metrics.rework_cost IS 'Rework, USD.';
COMMENT ON COLUMN qms.supplier_quality_metrics.sorting_cost IS 'Sorting and reinspection, USD.';
COMMENT ON COLUMN qms.supplier_quality_metrics.total_copq IS 'Cost of poor quality: the three together, USD.';
COMMENT ON COLUMN qms.supplier_quality_metrics.quality_score IS 'Quality score of the month, 100 the best [points]; NULL without receipts.';
COMMENT ON COLUMN qms.supplier_quality_metrics.created_at IS 'When it was computed.';

CREATE TABLE qms.quality_kpis (
    kpi_id bigint PRIMARY KEY,
    factory_id integer NOT NULL,
    kpi_date date NOT NULL,
    parts_produced integer NOT NULL CHECK (parts_produced >= 0),
    parts_rejected integer NOT NULL CHECK (parts_rejected BETWEEN 0 AND parts_produced),
    internal_defect_ppm double precision CHECK (internal_defect_ppm BETWEEN 0 AND 1000000),
    first_time_quality_pct double precision CHECK (first_time_quality_pct BETWEEN 0 AND 100),
    incoming_lots_decided integer NOT NULL CHECK (incoming_lots_decided >= 0),
    incoming_lots_rejected integer NOT NULL CHECK (incoming_lots_rejected BETWEEN 0 AND incoming_lots_decided),
    customer_complaints integer NOT NULL CHECK (customer_complaints >= 0),
    processes_total integer NOT NULL CHECK (processes_total >= 0),
    processes_in_control integer NOT NULL CHECK (processes_in_control BETWEEN 0 AND processes_total),
    process_capability_avg double precision,
    ncr_opened integer NOT NULL CHECK (ncr_opened >= 0),
    ncr_closed integer NOT NULL CHECK (ncr_closed >= 0),
    ncr_open_count integer NOT NULL CHECK (ncr_open_count >= 0),
    capa_overdue integer NOT NULL CHECK (capa_overdue >= 0),
    prevention_cost numeric(14, 2) NOT NULL CHECK (prevention_cost >= 0),
    appraisal_cost numeric(14, 2) NOT NULL CHECK (appraisal_cost >= 0),
    internal_failure_cost numeric(14, 2) NOT NULL CHECK (internal_failure_cost >= 0),
    external_failure_cost numeric(14, 2) NOT NULL CHECK (external_failure_cost >= 0),
    total_coq numeric(14, 2) NOT NULL,
    equipment_total integer NOT NULL CHECK (equipment_total >= 0),
    equipment_overdue integer NOT NULL CHECK (equipment_overdue BETWEEN 0 AND equipment_total),
    created_at timestamptz NOT NULL,
    UNIQUE (factory_id, kpi_date),
    CHECK ((parts_produced = 0) = (internal_defect_ppm IS NULL)),
    CHECK (total_coq = prevention_cost + appraisal_cost + internal_failure_cost + external_failure_cost)
);
CREATE INDEX quality_kpis_date ON qms.quality_kpis (kpi_date);
COMMENT ON TABLE qms.quality_kpis IS 'Quality of a factory on a production day, computed after it.';
COMMENT ON COLUMN qms.quality_kpis.kpi_id IS 'Key.';
COMMENT ON COLUMN qms.quality_kpis.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN qms.quality_kpis.kpi_date IS 'Production day, factory-local.';
COMMENT ON COLUMN qms.quality_kpis.parts_produced IS 'Parts made, rejects included [parts].';
COMMENT ON COLUMN qms.quality_kpis.parts_rejected IS 'Parts scrapped or set aside for rework [parts].';
COMMENT ON COLUMN qms.quality_kpis.internal_defect_ppm IS 'Parts rejected over parts made; NULL without production.';
COMMENT ON COLUMN qms.quality_kpis.first_time_quality_pct IS 'Share of the inspections at the line that passed; NULL without inspections.';
COMMENT ON COLUMN qms.quality_kpis.incoming_lots_decided IS 'Incoming inspection lots decided.';
COMMENT ON COLUMN qms.quality_kpis.incoming_lots_rejected IS 'Those rejected, wholly or in part.';
COMMENT ON COLUMN qms.quality_kpis.customer_complaints IS 'Complaints received.';
COMMENT ON COLUMN qms.quality_kpis.processes_total IS 'Control charts with points on the day.';
COMMENT ON COLUMN qms.quality_kpis.processes_in_control IS 'Those without a violation.';
COMMENT ON COLUMN qms.quality_kpis.process_capability_avg IS 'Mean Cpk of the factory''s charts at the end of the day; NULL before the first calculation.';
COMMENT ON COLUMN qms.quality_kpis.ncr_opened IS 'Non-conformances opened.';
COMMENT ON COLUMN qms.quality_kpis.ncr_closed IS 'Non-conformances closed.';
COMMENT ON COLUMN qms.quality_kpis.ncr_open_count IS 'Non-conformances open at the end of the day.';
COMMENT ON COLUMN qms.quality_kpis.capa_overdue IS 'CAPA cases past their target at the end of the day.';
COMMENT ON COLUMN qms.quality_kpis.prevention_cost IS 'Prevention, USD.';
COMMENT ON COLUMN qms.quality_kpis.appraisal_cost IS 'Appraisal, USD.';
COMMENT ON COLUMN qms.quality_kpis.internal_failure_cost IS 'Internal failures, USD.';
COMMENT ON COLUMN qms.quality_kpis.external_failure_cost IS 'External failures, USD.';
COMMENT ON COLUMN qms.quality_kpis.total_coq IS 'Cost of quality: the four together, USD.';
COMMENT ON COLUMN qms.quality_kpis.equipment_total IS 'Gauges of the factory.';
COMMENT ON COLUMN qms.quality_kpis.equipment_overdue IS 'Those past their calibration at the end of the day.';
COMMENT ON COLUMN qms.quality_kpis.created_at IS 'When it was computed.';

-- Messages.
CREATE TABLE qms.qms_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('goods_receipt', 'service_ticket')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    source_time timestamptz NOT NULL,
    inspection_lot_id bigint REFERENCES qms.incoming_inspection_lots (inspection_lot_id),
    customer_complaint_id bigint REFERENCES qms.customer_complaints (customer_complaint_id),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK (document_type = 'goods_receipt' OR inspection_lot_id IS NULL),
    CHECK (document_type = 'service_ticket' OR customer_complaint_id IS NULL),
    CHECK ((status = 'applied') = (num_nonnulls(inspection_lot_id, customer_complaint_id) = 1)),
    CHECK (source_time <= received_at),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at AND applied_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX qms_integration_log_source ON qms.qms_integration_log (source_table, source_pk);
CREATE INDEX qms_integration_log_batch ON qms.qms_integration_log (batch_id);
CREATE INDEX qms_integration_log_inspection_lot ON qms.qms_integration_log (inspection_lot_id)
    WHERE inspection_lot_id IS NOT NULL;
CREATE INDEX qms_integration_log_customer_complaint ON qms.qms_integration_log (customer_complaint_id)
    WHERE customer_complaint_id IS NOT NULL;
COMMENT ON TABLE qms.qms_integration_log IS 'Message received from another system, one row a version of its source row; delivered at least once, applied once. Written by flow: receipts and tickets to quality.';
COMMENT ON COLUMN qms.qms_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN qms.qms_integration_log.document_type IS 'goods_receipt (a line to be inspected, from purchasing) | service_ticket (escalated to a complaint, from service).';
COMMENT ON COLUMN qms.qms_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN qms.qms_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN qms.qms_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN qms.qms_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN qms.qms_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN qms.qms_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN qms.qms_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN qms.qms_integration_log.source_time IS 'Time of the source row.';
COMMENT ON COLUMN qms.qms_integration_log.inspection_lot_id IS 'Inspection lot opened; NULL for tickets and until applied.';
COMMENT ON COLUMN qms.qms_integration_log.customer_complaint_id IS 'Complaint opened; NULL for receipts and until applied.';
COMMENT ON COLUMN qms.qms_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN qms.qms_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN qms.qms_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN qms.qms_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN qms.qms_integration_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN qms.qms_integration_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN qms.qms_integration_log.updated_at IS 'Last change of the row.';
