-- Manufacturing execution: production orders from planning to closing, and what happened on the way.
-- Production days and shifts are factory-local; a production day starts at 06:00. Shifts: E early,
-- L late, N night. Money is USD. A production order, its lot and its batch record are one to one.
-- Durations in seconds are exact: the states of a line partition its time to the second.

CREATE SCHEMA mes;
CREATE SCHEMA IF NOT EXISTS published;

CREATE TABLE mes.work_orders (
    work_order_id bigint PRIMARY KEY,
    work_order_number text NOT NULL UNIQUE CHECK (work_order_number ~ '^WO-L[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    product_id integer NOT NULL,
    bom_id integer NOT NULL,
    factory_id integer NOT NULL,
    line_id integer NOT NULL,
    lot_number text NOT NULL UNIQUE,
    production_date date NOT NULL,
    planned_quantity integer NOT NULL CHECK (planned_quantity > 0),
    standard_cycle_time_seconds numeric(8, 2) NOT NULL CHECK (standard_cycle_time_seconds > 0),
    planned_setup_seconds integer NOT NULL CHECK (planned_setup_seconds >= 0),
    planned_start_time timestamptz NOT NULL,
    planned_end_time timestamptz NOT NULL,
    released_at timestamptz,
    actual_start_time timestamptz,
    production_start_time timestamptz,
    actual_end_time timestamptz,
    closed_at timestamptz,
    produced_quantity integer NOT NULL CHECK (produced_quantity >= 0),
    good_quantity integer NOT NULL CHECK (good_quantity >= 0),
    rejected_quantity integer NOT NULL CHECK (rejected_quantity >= 0),
    scrapped_quantity integer NOT NULL CHECK (scrapped_quantity >= 0),
    rework_quantity integer NOT NULL CHECK (rework_quantity >= 0),
    setup_seconds integer CHECK (setup_seconds >= 0),
    run_seconds integer CHECK (run_seconds >= 0),
    minor_stop_seconds integer CHECK (minor_stop_seconds >= 0),
    downtime_seconds integer CHECK (downtime_seconds >= 0),
    idle_seconds integer CHECK (idle_seconds >= 0),
    status text NOT NULL CHECK (status IN ('created', 'released', 'started', 'on_hold', 'completed', 'closed')),
    quality_status text NOT NULL CHECK (quality_status IN ('pending', 'passed', 'failed')),
    standard_cost_per_unit numeric(14, 2) NOT NULL CHECK (standard_cost_per_unit > 0),
    material_cost numeric(14, 2) CHECK (material_cost >= 0),
    labor_cost numeric(14, 2) CHECK (labor_cost >= 0),
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (planned_start_time < planned_end_time),
    CHECK (created_at < released_at),
    CHECK (released_at < actual_start_time),
    CHECK (actual_start_time <= production_start_time),
    CHECK (production_start_time < actual_end_time),
    CHECK (actual_end_time < closed_at),
    CHECK (created_at <= updated_at),
    CHECK (produced_quantity = good_quantity + rejected_quantity),
    CHECK (rejected_quantity = scrapped_quantity + rework_quantity),
    CHECK ((status = 'created') = (released_at IS NULL)),
    CHECK ((status IN ('created', 'released')) = (actual_start_time IS NULL)),
    CHECK (production_start_time IS NULL OR actual_start_time IS NOT NULL),
    CHECK ((production_start_time IS NULL) = (setup_seconds IS NULL)),
    CHECK ((status IN ('completed', 'closed')) = (actual_end_time IS NOT NULL)),
    CHECK (actual_end_time IS NULL OR production_start_time IS NOT NULL),
    CHECK ((actual_end_time IS NULL) = (run_seconds IS NULL)),
    CHECK ((actual_end_time IS NULL) = (minor_stop_seconds IS NULL)),
    CHECK ((actual_end_time IS NULL) = (downtime_seconds IS NULL)),
    CHECK ((actual_end_time IS NULL) = (idle_seconds IS NULL)),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (material_cost IS NULL)),
    CHECK ((closed_at IS NULL) = (labor_cost IS NULL))
);
CREATE INDEX work_orders_line ON mes.work_orders (line_id, planned_start_time);
CREATE INDEX work_orders_product ON mes.work_orders (product_id);
COMMENT ON TABLE mes.work_orders IS 'Production order: one campaign of a product on a line.';
COMMENT ON COLUMN mes.work_orders.work_order_id IS 'Key: line, production date, sequence.';
COMMENT ON COLUMN mes.work_orders.work_order_number IS 'Readable number of the same parts: WO-L<line>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN mes.work_orders.product_id IS 'Part produced. -> master.products(product_id)';
COMMENT ON COLUMN mes.work_orders.bom_id IS 'Bill of materials valid at creation. -> master.bill_of_materials(bom_id)';
COMMENT ON COLUMN mes.work_orders.factory_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN mes.work_orders.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN mes.work_orders.lot_number IS 'Finished-goods lot made by the order.';
COMMENT ON COLUMN mes.work_orders.production_date IS 'Production day of the release, factory-local.';
COMMENT ON COLUMN mes.work_orders.planned_quantity IS 'Quantity ordered, parts.';
COMMENT ON COLUMN mes.work_orders.standard_cycle_time_seconds IS 'Ideal cycle of the product on the line at creation, s a part.';
COMMENT ON COLUMN mes.work_orders.planned_setup_seconds IS 'Standard changeover of the line, s.';
COMMENT ON COLUMN mes.work_orders.planned_start_time IS 'Planned start of setup.';
COMMENT ON COLUMN mes.work_orders.planned_end_time IS 'Planned end of production.';
COMMENT ON COLUMN mes.work_orders.released_at IS 'Release to the line; known when released.';
COMMENT ON COLUMN mes.work_orders.actual_start_time IS 'Start of setup; known when it starts.';
COMMENT ON COLUMN mes.work_orders.production_start_time IS 'First part; known when it is made.';
COMMENT ON COLUMN mes.work_orders.actual_end_time IS 'Last part; known when it is made.';
COMMENT ON COLUMN mes.work_orders.closed_at IS 'Closing, after the final inspection; known when closed.';
COMMENT ON COLUMN mes.work_orders.produced_quantity IS 'Good and rejected parts of the container lots finished so far.';
COMMENT ON COLUMN mes.work_orders.good_quantity IS 'Good parts of the container lots finished so far.';
COMMENT ON COLUMN mes.work_orders.rejected_quantity IS 'Scrapped parts and parts pending rework of the container lots finished so far.';
COMMENT ON COLUMN mes.work_orders.scrapped_quantity IS 'Scrapped parts of the container lots finished so far.';
COMMENT ON COLUMN mes.work_orders.rework_quantity IS 'Parts set aside for rework in the container lots finished so far.';
COMMENT ON COLUMN mes.work_orders.setup_seconds IS 'Time in setup, s; known at the first part.';
COMMENT ON COLUMN mes.work_orders.run_seconds IS 'Time running, s; known at the last part.';
COMMENT ON COLUMN mes.work_orders.minor_stop_seconds IS 'Stops under 5 minutes, s; known at the last part.';
COMMENT ON COLUMN mes.work_orders.downtime_seconds IS 'Major stops, breakdowns, planned repairs and waiting for material, s; known at the last part.';
COMMENT ON COLUMN mes.work_orders.idle_seconds IS 'Line off or stopped by plan between start and end, s; known at the last part. With setup, run, minor stops and downtime it adds up to end minus start.';
COMMENT ON COLUMN mes.work_orders.status IS 'created | released | started | on_hold (line down for repair) | completed | closed; equals the last row of the status history.';
COMMENT ON COLUMN mes.work_orders.quality_status IS 'pending until the final inspection, then its result: passed | failed.';
COMMENT ON COLUMN mes.work_orders.standard_cost_per_unit IS 'Standard cost of the product at creation, USD a part.';
COMMENT ON COLUMN mes.work_orders.material_cost IS 'Materials issued minus returned, USD; known at closing.';
COMMENT ON COLUMN mes.work_orders.labor_cost IS 'Sum of the labour entries, USD; known at closing.';
COMMENT ON COLUMN mes.work_orders.created_by IS 'Who planned the order. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.work_orders.created_at IS 'When the order was created.';
COMMENT ON COLUMN mes.work_orders.updated_at IS 'Last change of the row.';

CREATE TABLE mes.operations (
    operation_id bigint PRIMARY KEY,
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    machine_id integer NOT NULL,
    operation_sequence smallint NOT NULL CHECK (operation_sequence > 0),
    operation_code text NOT NULL,
    ideal_cycle_time_seconds numeric(8, 2) NOT NULL CHECK (ideal_cycle_time_seconds > 0),
    planned_start_time timestamptz NOT NULL,
    planned_end_time timestamptz NOT NULL,
    actual_start_time timestamptz,
    production_start_time timestamptz,
    actual_end_time timestamptz,
    completed_quantity integer NOT NULL CHECK (completed_quantity >= 0),
    rejected_quantity integer NOT NULL CHECK (rejected_quantity >= 0),
    setup_seconds integer CHECK (setup_seconds >= 0),
    run_seconds integer CHECK (run_seconds >= 0),
    status text NOT NULL CHECK (status IN ('planned', 'setup', 'running', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (work_order_id, operation_sequence),
    UNIQUE (work_order_id, machine_id),
    CHECK (planned_start_time < planned_end_time),
    CHECK (created_at < actual_start_time),
    CHECK (actual_start_time <= production_start_time),
    CHECK (production_start_time < actual_end_time),
    CHECK (created_at <= updated_at),
    CHECK (rejected_quantity <= completed_quantity),
    CHECK ((status = 'planned') = (actual_start_time IS NULL)),
    CHECK ((status IN ('planned', 'setup')) = (production_start_time IS NULL)),
    CHECK ((status IN ('planned', 'setup')) = (setup_seconds IS NULL)),
    CHECK ((status = 'completed') = (actual_end_time IS NOT NULL)),
    CHECK ((status = 'completed') = (run_seconds IS NOT NULL))
);
CREATE INDEX operations_machine ON mes.operations (machine_id, actual_start_time);
COMMENT ON TABLE mes.operations IS 'Routing step of a production order: the order on one machine of its line. A machine works on one operation at a time.';
COMMENT ON COLUMN mes.operations.operation_id IS 'Key: machine, production date and sequence of the order.';
COMMENT ON COLUMN mes.operations.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.operations.machine_id IS 'Machine. -> master.machines(machine_id)';
COMMENT ON COLUMN mes.operations.operation_sequence IS 'Step in the flow of parts: 10 where parts enter, then 20, 30 and so on.';
COMMENT ON COLUMN mes.operations.operation_code IS 'Kind of operation, after the machine''s type.';
COMMENT ON COLUMN mes.operations.ideal_cycle_time_seconds IS 'Ideal cycle of the product on this machine, s a part.';
COMMENT ON COLUMN mes.operations.planned_start_time IS 'Planned start of setup.';
COMMENT ON COLUMN mes.operations.planned_end_time IS 'Planned end of production.';
COMMENT ON COLUMN mes.operations.actual_start_time IS 'Start of setup on the machine; known when it starts.';
COMMENT ON COLUMN mes.operations.production_start_time IS 'First part on the machine; known when it starts.';
COMMENT ON COLUMN mes.operations.actual_end_time IS 'Last part on the machine; known when it is made.';
COMMENT ON COLUMN mes.operations.completed_quantity IS 'Parts processed, good and rejected, in the container lots finished so far.';
COMMENT ON COLUMN mes.operations.rejected_quantity IS 'Parts rejected for a defect of this step in the container lots finished so far; the steps add up to the order''s.';
COMMENT ON COLUMN mes.operations.setup_seconds IS 'Time in setup, s; known at the first part.';
COMMENT ON COLUMN mes.operations.run_seconds IS 'Time running, s; known at the last part.';
COMMENT ON COLUMN mes.operations.status IS 'planned | setup | running | completed.';
COMMENT ON COLUMN mes.operations.created_at IS 'When the operation was created, with its order.';
COMMENT ON COLUMN mes.operations.updated_at IS 'Last change of the row.';

CREATE TABLE mes.production_schedules (
    schedule_id bigint PRIMARY KEY,
    schedule_version text NOT NULL CHECK (schedule_version ~ '^PS-[0-9]{8}$'),
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    factory_id integer NOT NULL,
    line_id integer NOT NULL,
    schedule_date date NOT NULL,
    shift_code text NOT NULL CHECK (shift_code IN ('E', 'L', 'N')),
    slot_sequence smallint NOT NULL CHECK (slot_sequence > 0),
    planned_start_time timestamptz NOT NULL,
    planned_end_time timestamptz NOT NULL,
    planned_quantity integer NOT NULL CHECK (planned_quantity >= 0),
    actual_start_time timestamptz,
    actual_end_time timestamptz,
    actual_quantity integer CHECK (actual_quantity >= 0),
    status text NOT NULL CHECK (status IN ('frozen', 'started', 'completed', 'missed')),
    planner_id integer NOT NULL,
    frozen_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (schedule_version, line_id, schedule_date, shift_code, slot_sequence),
    CHECK (frozen_at < planned_start_time),
    CHECK (planned_start_time < planned_end_time),
    CHECK (frozen_at < actual_start_time),
    CHECK (actual_start_time < actual_end_time),
    CHECK (frozen_at <= updated_at),
    CHECK ((status IN ('frozen', 'missed')) = (actual_start_time IS NULL)),
    CHECK ((status = 'completed') = (actual_end_time IS NOT NULL)),
    CHECK ((status IN ('completed', 'missed')) = (actual_quantity IS NOT NULL)),
    CHECK (status <> 'missed' OR actual_quantity = 0)
);
CREATE INDEX production_schedules_work_order ON mes.production_schedules (work_order_id);
COMMENT ON TABLE mes.production_schedules IS 'Slot of the frozen schedule: the piece of an order planned for one shift of a line, and what came of it in that shift.';
COMMENT ON COLUMN mes.production_schedules.schedule_id IS 'Key: line, day of the plan, sequence.';
COMMENT ON COLUMN mes.production_schedules.schedule_version IS 'Plan that froze the slot: PS-<yyyymmdd of the planning day>.';
COMMENT ON COLUMN mes.production_schedules.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.production_schedules.factory_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN mes.production_schedules.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN mes.production_schedules.schedule_date IS 'Production day of the slot, factory-local.';
COMMENT ON COLUMN mes.production_schedules.shift_code IS 'Shift: E | L | N.';
COMMENT ON COLUMN mes.production_schedules.slot_sequence IS 'Position of the order among those that the plan added to the line, from 1.';
COMMENT ON COLUMN mes.production_schedules.planned_start_time IS 'Planned start of the slot.';
COMMENT ON COLUMN mes.production_schedules.planned_end_time IS 'Planned end of the slot.';
COMMENT ON COLUMN mes.production_schedules.planned_quantity IS 'Parts planned in the slot; 0 if it is all setup.';
COMMENT ON COLUMN mes.production_schedules.actual_start_time IS 'When the order was first worked on in the slot''s shift; known when it starts, never for a missed slot.';
COMMENT ON COLUMN mes.production_schedules.actual_end_time IS 'When the order was last worked on in the slot''s shift; known at its end, never for a missed slot.';
COMMENT ON COLUMN mes.production_schedules.actual_quantity IS 'Parts of the order produced in the slot''s shift; known when the slot is completed or missed.';
COMMENT ON COLUMN mes.production_schedules.status IS 'frozen | started | completed | missed (its shift ended, or the order was completed, without work on the order in it).';
COMMENT ON COLUMN mes.production_schedules.planner_id IS 'Who froze the plan. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.production_schedules.frozen_at IS 'When the plan was frozen: the release of the order.';
COMMENT ON COLUMN mes.production_schedules.updated_at IS 'Last change of the row.';

CREATE TABLE mes.work_order_status_history (
    status_history_id bigint PRIMARY KEY,
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    transition_sequence smallint NOT NULL CHECK (transition_sequence > 0),
    from_status text,
    to_status text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by integer NOT NULL,
    UNIQUE (work_order_id, transition_sequence),
    UNIQUE (work_order_id, changed_at),
    CHECK ((transition_sequence = 1) = (from_status IS NULL)),
    CHECK (CASE from_status
        WHEN 'created' THEN to_status = 'released'
        WHEN 'released' THEN to_status = 'started'
        WHEN 'started' THEN to_status IN ('on_hold', 'completed')
        WHEN 'on_hold' THEN to_status = 'started'
        WHEN 'completed' THEN to_status = 'closed'
        ELSE from_status IS NULL AND to_status = 'created'
    END)
);
COMMENT ON TABLE mes.work_order_status_history IS 'Status transition of a production order: created, released, started, any number of holds, completed, closed.';
COMMENT ON COLUMN mes.work_order_status_history.status_history_id IS 'Key.';
COMMENT ON COLUMN mes.work_order_status_history.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.work_order_status_history.transition_sequence IS 'Number of the transition in its order, from 1.';
COMMENT ON COLUMN mes.work_order_status_history.from_status IS 'Status left; NULL for the creation of the order only.';
COMMENT ON COLUMN mes.work_order_status_history.to_status IS 'Status entered.';
COMMENT ON COLUMN mes.work_order_status_history.changed_at IS 'When it changed.';
COMMENT ON COLUMN mes.work_order_status_history.changed_by IS 'Who reported the change. -> master.employees(employee_id)';

CREATE TABLE mes.electronic_batch_records (
    batch_record_id bigint PRIMARY KEY,
    batch_record_number text NOT NULL UNIQUE CHECK (batch_record_number ~ '^EBR-L[0-9]+-[0-9]{8}-[0-9]{2,}$'),
    work_order_id bigint NOT NULL UNIQUE REFERENCES mes.work_orders (work_order_id),
    manufacturing_date date NOT NULL,
    opened_at timestamptz NOT NULL,
    batch_size integer CHECK (batch_size >= 0),
    deviation_count integer CHECK (deviation_count >= 0),
    prepared_by integer,
    prepared_at timestamptz,
    reviewed_by integer,
    reviewed_at timestamptz,
    approved_by integer,
    approved_at timestamptz,
    record_status text NOT NULL CHECK (record_status IN ('open', 'prepared', 'reviewed', 'approved')),
    release_status text NOT NULL CHECK (release_status IN ('pending', 'released', 'rejected')),
    updated_at timestamptz NOT NULL,
    CHECK (opened_at < prepared_at),
    CHECK (prepared_at < reviewed_at),
    CHECK (reviewed_at < approved_at),
    CHECK (opened_at <= updated_at),
    CHECK (prepared_by <> reviewed_by),
    CHECK ((record_status = 'open') = (prepared_at IS NULL)),
    CHECK ((record_status IN ('open', 'prepared')) = (reviewed_at IS NULL)),
    CHECK ((record_status = 'approved') = (approved_at IS NOT NULL)),
    CHECK ((record_status = 'approved') = (release_status <> 'pending')),
    CHECK ((prepared_at IS NULL) = (prepared_by IS NULL)),
    CHECK ((prepared_at IS NULL) = (batch_size IS NULL)),
    CHECK ((prepared_at IS NULL) = (deviation_count IS NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CHECK ((approved_at IS NULL) = (approved_by IS NULL))
);
COMMENT ON TABLE mes.electronic_batch_records IS 'Electronic batch record of the lot of one production order, with its three signatures.';
COMMENT ON COLUMN mes.electronic_batch_records.batch_record_id IS 'Key.';
COMMENT ON COLUMN mes.electronic_batch_records.batch_record_number IS 'Readable number with the parts of the order''s: EBR-L<line>-<yyyymmdd>-<sequence>.';
COMMENT ON COLUMN mes.electronic_batch_records.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.electronic_batch_records.manufacturing_date IS 'Production day on which the order started, factory-local.';
COMMENT ON COLUMN mes.electronic_batch_records.opened_at IS 'Start of the order.';
COMMENT ON COLUMN mes.electronic_batch_records.batch_size IS 'Good parts of the lot; known when prepared.';
COMMENT ON COLUMN mes.electronic_batch_records.deviation_count IS 'Failed inspections of the order and breakdowns during it; known when prepared.';
COMMENT ON COLUMN mes.electronic_batch_records.prepared_by IS 'Signature of the operator; NULL until prepared. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.electronic_batch_records.prepared_at IS 'When it was prepared, after the last part; known when prepared.';
COMMENT ON COLUMN mes.electronic_batch_records.reviewed_by IS 'Signature of the shift supervisor; NULL until reviewed. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.electronic_batch_records.reviewed_at IS 'When it was reviewed; known when reviewed.';
COMMENT ON COLUMN mes.electronic_batch_records.approved_by IS 'Signature of quality; NULL until approved. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.electronic_batch_records.approved_at IS 'When quality decided on the lot; known when approved.';
COMMENT ON COLUMN mes.electronic_batch_records.record_status IS 'open | prepared | reviewed | approved.';
COMMENT ON COLUMN mes.electronic_batch_records.release_status IS 'pending until approved, then the decision on the lot: released | rejected.';
COMMENT ON COLUMN mes.electronic_batch_records.updated_at IS 'Last change of the row.';

CREATE TABLE mes.material_transactions (
    transaction_id bigint PRIMARY KEY,
    transaction_type text NOT NULL CHECK (transaction_type IN ('issue', 'return', 'scrap', 'receipt')),
    transaction_time timestamptz NOT NULL,
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    operation_id bigint NOT NULL REFERENCES mes.operations (operation_id),
    material_id integer,
    product_id integer,
    lot_number text NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('kg', 'pcs')),
    unit_cost numeric(14, 2) NOT NULL CHECK (unit_cost > 0),
    total_cost numeric(14, 2) NOT NULL,
    performed_by integer NOT NULL,
    CHECK (total_cost = round(quantity * unit_cost, 2)),
    CHECK ((transaction_type = 'receipt') = (product_id IS NOT NULL)),
    CHECK ((transaction_type = 'receipt') = (material_id IS NULL)),
    CHECK (transaction_type <> 'receipt' OR unit_of_measure = 'pcs'),
    CHECK (unit_of_measure <> 'pcs' OR quantity = trunc(quantity))
);
CREATE INDEX material_transactions_work_order ON mes.material_transactions (work_order_id, transaction_time);
CREATE INDEX material_transactions_operation ON mes.material_transactions (operation_id);
CREATE INDEX material_transactions_material ON mes.material_transactions (material_id, lot_number);
COMMENT ON TABLE mes.material_transactions IS 'Material movement of a production order, one lot each: components issued and returned, components scrapped beyond the allowance of the bill of materials, finished parts received into stock. Of each component of a completed order, issued minus returned equals what good and scrapped parts are allowed by the bill of materials, rounded to 0.001 kg or one piece, plus the scrap recorded here; parts set aside for rework take their material with them.';
COMMENT ON COLUMN mes.material_transactions.transaction_id IS 'Key.';
COMMENT ON COLUMN mes.material_transactions.transaction_type IS 'issue (stock to line) | return (line to stock or, with parts set aside, to rework) | scrap (issued material lost beyond the allowance; moves no stock) | receipt (good parts into stock). The sign of the quantity is in the type.';
COMMENT ON COLUMN mes.material_transactions.transaction_time IS 'When it was recorded.';
COMMENT ON COLUMN mes.material_transactions.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.material_transactions.operation_id IS 'Operation: the first of the flow for components, the last for receipts.';
COMMENT ON COLUMN mes.material_transactions.material_id IS 'Component; NULL for receipts. -> master.materials(material_id)';
COMMENT ON COLUMN mes.material_transactions.product_id IS 'Finished part; receipts only, NULL otherwise. -> master.products(product_id)';
COMMENT ON COLUMN mes.material_transactions.lot_number IS 'Lot moved: of the material, or the order''s for receipts.';
COMMENT ON COLUMN mes.material_transactions.quantity IS 'Quantity in the unit of measure.';
COMMENT ON COLUMN mes.material_transactions.unit_of_measure IS 'Issue unit: kg | pcs.';
COMMENT ON COLUMN mes.material_transactions.unit_cost IS 'Standard cost, USD a unit of measure.';
COMMENT ON COLUMN mes.material_transactions.total_cost IS 'Quantity times unit cost, USD.';
COMMENT ON COLUMN mes.material_transactions.performed_by IS 'Who recorded it. -> master.employees(employee_id)';

CREATE TABLE mes.quality_inspections (
    inspection_id bigint PRIMARY KEY,
    inspection_type text NOT NULL CHECK (inspection_type IN ('first_piece', 'patrol', 'final')),
    inspection_time timestamptz NOT NULL,
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    operation_id bigint NOT NULL REFERENCES mes.operations (operation_id),
    production_date date NOT NULL,
    shift_code text NOT NULL CHECK (shift_code IN ('E', 'L', 'N')),
    sample_size integer NOT NULL CHECK (sample_size > 0),
    defects_found integer NOT NULL CHECK (defects_found BETWEEN 0 AND sample_size),
    critical_defects integer NOT NULL CHECK (critical_defects >= 0),
    major_defects integer NOT NULL CHECK (major_defects >= 0),
    minor_defects integer NOT NULL CHECK (minor_defects >= 0),
    defect_code text CHECK (defect_code IN
        ('diameter', 'runout', 'surface', 'length', 'crack',
         'edge_burr', 'hole_position', 'bend_angle', 'scratch', 'split',
         'weld_porosity', 'distortion', 'undercut', 'missing_weld', 'weld_crack',
         'flash', 'short_shot', 'sink_mark', 'warpage', 'contamination',
         'misassembly', 'missing_part', 'torque', 'label', 'connector')),
    inspection_result text NOT NULL CHECK (inspection_result IN ('passed', 'failed')),
    disposition text NOT NULL CHECK (disposition IN ('accept', 'rework', 'scrap')),
    inspector_id integer NOT NULL,
    CHECK (defects_found = critical_defects + major_defects + minor_defects),
    CHECK ((defects_found = 0) = (defect_code IS NULL)),
    CHECK (inspection_result = 'passed' OR defects_found > 0),
    CHECK ((inspection_result = 'passed') = (disposition = 'accept'))
);
CREATE INDEX quality_inspections_work_order ON mes.quality_inspections (work_order_id, inspection_time);
CREATE INDEX quality_inspections_operation ON mes.quality_inspections (operation_id);
CREATE INDEX quality_inspections_inspector ON mes.quality_inspections (inspector_id, inspection_time);
COMMENT ON TABLE mes.quality_inspections IS 'Inspection at the line, recorded when done: first piece after setup, patrol while running, final before closing.';
COMMENT ON COLUMN mes.quality_inspections.inspection_id IS 'Key.';
COMMENT ON COLUMN mes.quality_inspections.inspection_type IS 'first_piece | patrol | final.';
COMMENT ON COLUMN mes.quality_inspections.inspection_time IS 'When the result was recorded.';
COMMENT ON COLUMN mes.quality_inspections.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.quality_inspections.operation_id IS 'Operation inspected; the last of the flow for a final inspection.';
COMMENT ON COLUMN mes.quality_inspections.production_date IS 'Production day of the parts inspected, factory-local.';
COMMENT ON COLUMN mes.quality_inspections.shift_code IS 'Shift that made the parts inspected: E | L | N.';
COMMENT ON COLUMN mes.quality_inspections.sample_size IS 'Parts inspected.';
COMMENT ON COLUMN mes.quality_inspections.defects_found IS 'Defective parts in the sample.';
COMMENT ON COLUMN mes.quality_inspections.critical_defects IS 'Parts whose worst defect is critical.';
COMMENT ON COLUMN mes.quality_inspections.major_defects IS 'Parts whose worst defect is major.';
COMMENT ON COLUMN mes.quality_inspections.minor_defects IS 'Parts whose worst defect is minor.';
COMMENT ON COLUMN mes.quality_inspections.defect_code IS 'Prevailing defect; NULL if no defect was found.';
COMMENT ON COLUMN mes.quality_inspections.inspection_result IS 'passed | failed, by the acceptance number of the sample.';
COMMENT ON COLUMN mes.quality_inspections.disposition IS 'What happens to the parts inspected: accept | rework | scrap.';
COMMENT ON COLUMN mes.quality_inspections.inspector_id IS 'Inspector. -> master.employees(employee_id)';

CREATE TABLE mes.labor_time_entries (
    labor_entry_id bigint PRIMARY KEY,
    employee_id integer NOT NULL,
    work_order_id bigint NOT NULL REFERENCES mes.work_orders (work_order_id),
    operation_id bigint NOT NULL REFERENCES mes.operations (operation_id),
    line_id integer NOT NULL,
    production_date date NOT NULL,
    shift_code text NOT NULL CHECK (shift_code IN ('E', 'L', 'N')),
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    duration_seconds integer NOT NULL,
    quantity_produced integer NOT NULL CHECK (quantity_produced >= 0),
    quantity_rejected integer NOT NULL CHECK (quantity_rejected BETWEEN 0 AND quantity_produced),
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    labor_cost numeric(14, 2) NOT NULL,
    CHECK (start_time < end_time),
    CHECK (duration_seconds = extract(epoch FROM end_time - start_time)),
    CHECK (labor_cost = round(duration_seconds * hourly_rate / 3600, 2))
);
CREATE INDEX labor_time_entries_employee ON mes.labor_time_entries (employee_id, start_time);
CREATE INDEX labor_time_entries_work_order ON mes.labor_time_entries (work_order_id);
CREATE INDEX labor_time_entries_operation ON mes.labor_time_entries (operation_id);
COMMENT ON TABLE mes.labor_time_entries IS 'Time of an operator on a production order within one shift, recorded when the piece ends.';
COMMENT ON COLUMN mes.labor_time_entries.labor_entry_id IS 'Key.';
COMMENT ON COLUMN mes.labor_time_entries.employee_id IS 'Operator. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.labor_time_entries.work_order_id IS 'Production order.';
COMMENT ON COLUMN mes.labor_time_entries.operation_id IS 'Operation to which the operator of the line books: the first of the flow.';
COMMENT ON COLUMN mes.labor_time_entries.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN mes.labor_time_entries.production_date IS 'Production day, factory-local.';
COMMENT ON COLUMN mes.labor_time_entries.shift_code IS 'Shift: E | L | N.';
COMMENT ON COLUMN mes.labor_time_entries.start_time IS 'Start of the piece.';
COMMENT ON COLUMN mes.labor_time_entries.end_time IS 'End of the piece, when the entry is recorded.';
COMMENT ON COLUMN mes.labor_time_entries.duration_seconds IS 'End minus start, s.';
COMMENT ON COLUMN mes.labor_time_entries.quantity_produced IS 'Parts of the container lots finished in the piece, good and rejected.';
COMMENT ON COLUMN mes.labor_time_entries.quantity_rejected IS 'Parts rejected in the container lots finished in the piece.';
COMMENT ON COLUMN mes.labor_time_entries.hourly_rate IS 'Labour rate, USD an hour.';
COMMENT ON COLUMN mes.labor_time_entries.labor_cost IS 'Duration times rate, USD.';

CREATE TABLE mes.downtime_events (
    downtime_id bigint PRIMARY KEY,
    machine_id integer NOT NULL,
    line_id integer NOT NULL,
    factory_id integer NOT NULL,
    downtime_category text NOT NULL CHECK (downtime_category IN
        ('breakdown', 'major_stop', 'changeover', 'planned_maintenance', 'planned_repair', 'starved')),
    reason_code text NOT NULL,
    work_order_id bigint REFERENCES mes.work_orders (work_order_id),
    previous_work_order_id bigint REFERENCES mes.work_orders (work_order_id),
    machine_fault_id bigint,
    downtime_start timestamptz NOT NULL,
    downtime_end timestamptz,
    duration_seconds integer,
    planned_duration_seconds integer CHECK (planned_duration_seconds > 0),
    production_loss_units integer CHECK (production_loss_units >= 0),
    reported_by integer NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (machine_id, downtime_start),
    CHECK (downtime_start < downtime_end),
    CHECK (duration_seconds = extract(epoch FROM downtime_end - downtime_start)),
    CHECK (downtime_start <= updated_at),
    CHECK ((downtime_end IS NULL) = (duration_seconds IS NULL)),
    CHECK ((downtime_end IS NULL) = (production_loss_units IS NULL)),
    CHECK ((downtime_category IN ('breakdown', 'major_stop')) = (machine_fault_id IS NOT NULL)),
    CHECK ((downtime_category IN ('changeover', 'planned_maintenance', 'planned_repair'))
        = (planned_duration_seconds IS NOT NULL)),
    CHECK (downtime_category <> 'changeover' OR work_order_id IS NOT NULL),
    CHECK (downtime_category = 'changeover' OR previous_work_order_id IS NULL),
    CHECK (previous_work_order_id <> work_order_id)
);
CREATE INDEX downtime_events_work_order ON mes.downtime_events (work_order_id);
CREATE INDEX downtime_events_previous_work_order ON mes.downtime_events (previous_work_order_id)
    WHERE previous_work_order_id IS NOT NULL;
CREATE INDEX downtime_events_machine_fault ON mes.downtime_events (machine_fault_id)
    WHERE machine_fault_id IS NOT NULL;
CREATE INDEX downtime_events_line ON mes.downtime_events (line_id, downtime_start);
COMMENT ON TABLE mes.downtime_events IS 'Interval in which a machine does not produce (ISO 22400), other than minor stops, planned stops and line off; intervals of a machine do not overlap. Recorded at its start.';
COMMENT ON COLUMN mes.downtime_events.downtime_id IS 'Key.';
COMMENT ON COLUMN mes.downtime_events.machine_id IS 'Machine to which the interval is charged. -> master.machines(machine_id)';
COMMENT ON COLUMN mes.downtime_events.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN mes.downtime_events.factory_id IS 'Site. -> master.factories(factory_id)';
COMMENT ON COLUMN mes.downtime_events.downtime_category IS 'breakdown (component failed) | major_stop (5 minutes and more, without repair) | changeover | planned_maintenance | planned_repair (failure forestalled) | starved (waiting for material or operator).';
COMMENT ON COLUMN mes.downtime_events.reason_code IS 'Cause within the category: the code of the fault or of the failure forestalled, the kind of changeover, the maintenance plan, or what is missing.';
COMMENT ON COLUMN mes.downtime_events.work_order_id IS 'Order interrupted, or set up for in a changeover; NULL if the line had none.';
COMMENT ON COLUMN mes.downtime_events.previous_work_order_id IS 'Order that left the machine; changeovers only, NULL if it left days before or is not on record.';
COMMENT ON COLUMN mes.downtime_events.machine_fault_id IS 'Fault that stopped the machine; breakdowns and major stops only, NULL otherwise. -> operations.machine_faults(fault_id)';
COMMENT ON COLUMN mes.downtime_events.downtime_start IS 'Start of the interval, when it is recorded.';
COMMENT ON COLUMN mes.downtime_events.downtime_end IS 'End of the interval; known when it ends.';
COMMENT ON COLUMN mes.downtime_events.duration_seconds IS 'End minus start, s; known when it ends.';
COMMENT ON COLUMN mes.downtime_events.planned_duration_seconds IS 'Duration planned, s; changeovers and planned maintenance or repair only, NULL otherwise.';
COMMENT ON COLUMN mes.downtime_events.production_loss_units IS 'Parts the ideal cycle would have made in the interval; 0 if the line had no order; known when it ends.';
COMMENT ON COLUMN mes.downtime_events.reported_by IS 'Operator of the line, or the shift supervisor where the post is empty. -> master.employees(employee_id)';
COMMENT ON COLUMN mes.downtime_events.updated_at IS 'Last change of the row.';

CREATE TABLE mes.mes_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('machine_state', 'production_order')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    machine_id integer,
    source_time timestamptz NOT NULL,
    machine_state text,
    fault_code text,
    parts_produced_cumulative bigint CHECK (parts_produced_cumulative >= 0),
    parts_rejected_shift integer CHECK (parts_rejected_shift >= 0),
    actual_cycle_time_seconds double precision CHECK (actual_cycle_time_seconds > 0),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK (num_nonnulls(machine_id, machine_state, parts_produced_cumulative, parts_rejected_shift)
        = CASE document_type WHEN 'machine_state' THEN 4 ELSE 0 END),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX mes_integration_log_machine ON mes.mes_integration_log (machine_id, source_time);
CREATE INDEX mes_integration_log_batch ON mes.mes_integration_log (batch_id);
COMMENT ON TABLE mes.mes_integration_log IS 'Message received from another system, one row a version of its source row; delivered at least once, applied once. Written by flow: machine state to manufacturing.';
COMMENT ON COLUMN mes.mes_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN mes.mes_integration_log.document_type IS 'machine_state | production_order. The payload columns, from machine to cycle time, are those of machine_state; NULL in other messages.';
COMMENT ON COLUMN mes.mes_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN mes.mes_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN mes.mes_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN mes.mes_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN mes.mes_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN mes.mes_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN mes.mes_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN mes.mes_integration_log.machine_id IS 'Payload: machine; NULL in other messages. -> master.machines(machine_id)';
COMMENT ON COLUMN mes.mes_integration_log.source_time IS 'Time of the source row.';
COMMENT ON COLUMN mes.mes_integration_log.machine_state IS 'Payload: state of the machine.';
COMMENT ON COLUMN mes.mes_integration_log.fault_code IS 'Payload: active fault; NULL if there is none.';
COMMENT ON COLUMN mes.mes_integration_log.parts_produced_cumulative IS 'Payload: parts counter of the machine.';
COMMENT ON COLUMN mes.mes_integration_log.parts_rejected_shift IS 'Payload: parts rejected since the start of the shift.';
COMMENT ON COLUMN mes.mes_integration_log.actual_cycle_time_seconds IS 'Payload: measured cycle, s a part; NULL while the machine does not run.';
COMMENT ON COLUMN mes.mes_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN mes.mes_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN mes.mes_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN mes.mes_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN mes.mes_integration_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN mes.mes_integration_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN mes.mes_integration_log.updated_at IS 'Last change of the row.';

CREATE OR REPLACE VIEW published.work_order_operations AS
SELECT o.operation_id, o.work_order_id, o.operation_sequence, o.operation_code, w.line_id, o.machine_id,
       w.planned_quantity, w.planned_setup_seconds / 60.0 AS planned_setup_time_minutes,
       o.ideal_cycle_time_seconds AS standard_time_per_unit_seconds, o.planned_start_time, o.planned_end_time,
       o.actual_start_time, o.actual_end_time, o.completed_quantity, o.rejected_quantity,
       extract(epoch FROM o.actual_end_time - o.actual_start_time) / 60 AS actual_duration_minutes,
       o.setup_seconds / 60.0 AS actual_setup_time_minutes, o.status,
       100.0 * o.rejected_quantity / nullif(o.completed_quantity, 0) AS scrap_rate_percentage,
       o.created_at, o.updated_at
FROM mes.operations AS o
JOIN mes.work_orders AS w USING (work_order_id);

CREATE OR REPLACE VIEW published.labor_transactions AS
SELECT labor_entry_id AS labor_transaction_id, production_date AS transaction_date, employee_id, shift_code,
       work_order_id, operation_id, start_time AS clock_in_time, end_time AS clock_out_time,
       duration_seconds / 60.0 AS duration_minutes, quantity_produced, quantity_rejected,
       duration_seconds / 3600.0 AS actual_hours, hourly_rate, labor_cost, end_time AS created_at
FROM mes.labor_time_entries;

CREATE OR REPLACE VIEW published.production_schedule AS
SELECT schedule_id, schedule_date, extract(week FROM schedule_date)::integer AS schedule_week, shift_code, line_id,
       factory_id, work_order_id, slot_sequence AS sequence_number, planned_start_time, planned_end_time,
       planned_quantity, status AS schedule_status, actual_start_time, actual_end_time, actual_quantity,
       actual_start_time <= planned_start_time AS on_time_start,
       actual_end_time <= planned_end_time AS on_time_completion,
       100.0 * actual_quantity / nullif(planned_quantity, 0) AS schedule_adherence_percentage, planner_id,
       frozen_at AS created_at, updated_at
FROM mes.production_schedules;

CREATE OR REPLACE VIEW published.defects AS
SELECT i.inspection_id AS defect_id, i.defect_code,
       CASE WHEN i.critical_defects > 0 THEN 'critical'
            WHEN i.major_defects > 0 THEN 'major'
            ELSE 'minor' END AS defect_severity,
       i.inspection_time AS detected_date, i.work_order_id, i.operation_id, i.inspection_id, w.product_id,
       w.lot_number, i.defects_found AS quantity_affected, i.inspector_id AS detected_by,
       i.inspection_type AS detection_method, i.disposition AS corrective_action, i.inspection_time AS created_at
FROM mes.quality_inspections AS i
JOIN mes.work_orders AS w USING (work_order_id)
WHERE i.defects_found > 0;

CREATE OR REPLACE VIEW published.changeover_events AS
SELECT d.downtime_id AS changeover_id, d.line_id, d.machine_id, d.reason_code AS changeover_type,
       p.product_id AS from_product_id, w.product_id AS to_product_id,
       d.previous_work_order_id AS from_work_order_id, d.work_order_id AS to_work_order_id,
       d.downtime_start AS changeover_start, d.downtime_end AS changeover_end,
       d.planned_duration_seconds / 60.0 AS planned_duration_minutes,
       d.duration_seconds / 60.0 AS actual_duration_minutes, w.production_start_time AS first_good_part_time,
       d.downtime_start AS created_at
FROM mes.downtime_events AS d
JOIN mes.work_orders AS w ON w.work_order_id = d.work_order_id
LEFT JOIN mes.work_orders AS p ON p.work_order_id = d.previous_work_order_id
WHERE d.downtime_category = 'changeover';
