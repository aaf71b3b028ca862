-- Maintenance management: what is maintained, by whom, by which plan, and every order from request to closing.
-- Failures and their terms follow ISO 14224: equipment unit (asset), maintainable item (component), failure
-- mode, mechanism, cause and detection method. Money is USD. Production days and shifts are factory-local;
-- a production day starts at 06:00. Shifts: E early, L late, N night.

CREATE SCHEMA cmms;
CREATE SCHEMA IF NOT EXISTS published;

-- Organisation: cost centres, teams, technicians.
CREATE TABLE cmms.maintenance_cost_centers (
    cost_center_id integer PRIMARY KEY,
    factory_id integer NOT NULL,
    cost_center_code text NOT NULL UNIQUE,
    cost_center_name text NOT NULL,
    cost_scope text NOT NULL CHECK (cost_scope IN ('machines', 'utilities', 'workshop')),
    erp_cost_center_code text NOT NULL,
    annual_budget numeric(14, 2) NOT NULL CHECK (annual_budget > 0),
    manager_id integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (created_at <= updated_at)
);
CREATE INDEX maintenance_cost_centers_factory ON cmms.maintenance_cost_centers (factory_id);
COMMENT ON TABLE cmms.maintenance_cost_centers IS 'Cost centre of maintenance and the cost centre of accounting it is settled to; one row a centre.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.cost_center_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.factory_id IS 'Factory that bears the cost. -> master.factories(factory_id)';
COMMENT ON COLUMN cmms.maintenance_cost_centers.cost_center_code IS 'Code used in maintenance.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.cost_center_name IS 'Name.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.cost_scope IS 'machines (production equipment) | utilities (air, cooling, power) | workshop (tools and training of the teams).';
COMMENT ON COLUMN cmms.maintenance_cost_centers.erp_cost_center_code IS 'Cost centre of accounting its costs are posted to; several may share one. -> erp.cost_centers(cost_center_code)';
COMMENT ON COLUMN cmms.maintenance_cost_centers.annual_budget IS 'Budget of the calendar year, USD.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.manager_id IS 'Person who answers for the budget. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.maintenance_cost_centers.created_at IS 'When the record was entered.';
COMMENT ON COLUMN cmms.maintenance_cost_centers.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.maintenance_teams (
    team_id integer PRIMARY KEY,
    team_code text NOT NULL UNIQUE,
    team_name text NOT NULL UNIQUE,
    factory_id integer NOT NULL,
    team_type text NOT NULL CHECK (team_type IN ('plant', 'specialist')),
    specialization text CHECK (specialization IN ('robotics', 'hydraulics', 'electrical', 'utilities')),
    lead_technician_id integer,
    cost_center_id integer NOT NULL REFERENCES cmms.maintenance_cost_centers (cost_center_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((team_type = 'specialist') = (specialization IS NOT NULL)),
    CHECK (created_at <= updated_at)
);
CREATE INDEX maintenance_teams_factory ON cmms.maintenance_teams (factory_id);
CREATE INDEX maintenance_teams_cost_center ON cmms.maintenance_teams (cost_center_id);
COMMENT ON TABLE cmms.maintenance_teams IS 'Crew of technicians: one for the machines of each factory, a few specialists for all of them.';
COMMENT ON COLUMN cmms.maintenance_teams.team_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_teams.team_code IS 'Team code.';
COMMENT ON COLUMN cmms.maintenance_teams.team_name IS 'Name.';
COMMENT ON COLUMN cmms.maintenance_teams.factory_id IS 'Factory where it is based. -> master.factories(factory_id)';
COMMENT ON COLUMN cmms.maintenance_teams.team_type IS 'plant (its own factory, around the clock) | specialist (called by all factories).';
COMMENT ON COLUMN cmms.maintenance_teams.specialization IS 'Field of a specialist team; NULL for a plant team.';
COMMENT ON COLUMN cmms.maintenance_teams.lead_technician_id IS 'Who leads it; NULL while the post is vacant. -> cmms.maintenance_technicians(technician_id)';
COMMENT ON COLUMN cmms.maintenance_teams.cost_center_id IS 'Cost centre of its own expenses.';
COMMENT ON COLUMN cmms.maintenance_teams.created_at IS 'When the record was entered.';
COMMENT ON COLUMN cmms.maintenance_teams.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.maintenance_technicians (
    technician_id integer PRIMARY KEY,
    employee_id integer NOT NULL UNIQUE,
    technician_code text NOT NULL UNIQUE,
    team_id integer NOT NULL REFERENCES cmms.maintenance_teams (team_id),
    trade text NOT NULL CHECK (trade IN ('mechanical', 'electrical', 'mechatronics', 'instrumentation')),
    electrical_authorization boolean NOT NULL,
    available_for_callout boolean NOT NULL,
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    overtime_rate numeric(14, 2) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (overtime_rate >= hourly_rate),
    CHECK (valid_from <= valid_to),
    CHECK (created_at <= updated_at)
);
CREATE INDEX maintenance_technicians_team ON cmms.maintenance_technicians (team_id);
COMMENT ON TABLE cmms.maintenance_technicians IS 'Who does maintenance, one row a person: technicians, and the supervisors and leads of each plant, who stand in when no technician can come. The rest of the personal data is in the personnel records.';
COMMENT ON COLUMN cmms.maintenance_technicians.technician_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_technicians.employee_id IS 'Person. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.maintenance_technicians.technician_code IS 'Short code on job cards.';
COMMENT ON COLUMN cmms.maintenance_technicians.team_id IS 'Team.';
COMMENT ON COLUMN cmms.maintenance_technicians.trade IS 'Trade learned.';
COMMENT ON COLUMN cmms.maintenance_technicians.electrical_authorization IS 'May work on live electrical equipment (qualified electrical worker).';
COMMENT ON COLUMN cmms.maintenance_technicians.available_for_callout IS 'Takes part in the call-out rota.';
COMMENT ON COLUMN cmms.maintenance_technicians.hourly_rate IS 'Rate of regular hours, USD an hour.';
COMMENT ON COLUMN cmms.maintenance_technicians.overtime_rate IS 'Rate of overtime and call-outs, USD an hour.';
COMMENT ON COLUMN cmms.maintenance_technicians.valid_from IS 'First day in maintenance.';
COMMENT ON COLUMN cmms.maintenance_technicians.valid_to IS 'Last day in maintenance; NULL while employed there: leaving is rare.';
COMMENT ON COLUMN cmms.maintenance_technicians.created_at IS 'When the record was entered.';
COMMENT ON COLUMN cmms.maintenance_technicians.updated_at IS 'Last change of the row.';

-- Catalogues: failure codes, standard jobs, spare parts.
CREATE TABLE cmms.failure_codes (
    failure_code_id integer PRIMARY KEY,
    code_type text NOT NULL CHECK (code_type IN ('mode', 'mechanism', 'cause', 'detection_method')),
    failure_code text NOT NULL,
    failure_description text NOT NULL,
    parent_failure_code_id integer REFERENCES cmms.failure_codes (failure_code_id),
    failure_class text CHECK (failure_class IN ('critical', 'degraded', 'incipient')),
    typical_repair_time_hours numeric(6, 2) CHECK (typical_repair_time_hours > 0),
    recommended_action text,
    created_at timestamptz NOT NULL,
    UNIQUE (code_type, failure_code),
    CHECK (parent_failure_code_id <> failure_code_id),
    CHECK (num_nonnulls(failure_class, typical_repair_time_hours, recommended_action) = CASE WHEN code_type = 'mode'
        AND parent_failure_code_id IS NOT NULL THEN 3 ELSE 0 END)
);
CREATE INDEX failure_codes_parent_failure_code ON cmms.failure_codes (parent_failure_code_id)
    WHERE parent_failure_code_id IS NOT NULL;
COMMENT ON TABLE cmms.failure_codes IS 'Code of the ISO 14224 catalogues of failures, in groups; one row a code or group.';
COMMENT ON COLUMN cmms.failure_codes.failure_code_id IS 'Key.';
COMMENT ON COLUMN cmms.failure_codes.code_type IS 'Catalogue: mode (how the failure shows, such as VIB) | mechanism (the physical process) | cause (the circumstance behind it) | detection_method (how it was found).';
COMMENT ON COLUMN cmms.failure_codes.failure_code IS 'Code within its catalogue, such as VIB for a mode or 2.4 for a mechanism.';
COMMENT ON COLUMN cmms.failure_codes.failure_description IS 'Name of the code.';
COMMENT ON COLUMN cmms.failure_codes.parent_failure_code_id IS 'Group it belongs to, in the same catalogue; NULL for a group.';
COMMENT ON COLUMN cmms.failure_codes.failure_class IS 'What it usually does to the equipment: critical (function lost at once) | degraded (function impaired) | incipient (none yet); NULL except for modes.';
COMMENT ON COLUMN cmms.failure_codes.typical_repair_time_hours IS 'Median active repair time; NULL except for modes.';
COMMENT ON COLUMN cmms.failure_codes.recommended_action IS 'First thing to do; NULL except for modes.';
COMMENT ON COLUMN cmms.failure_codes.created_at IS 'When the record was entered.';

CREATE TABLE cmms.work_procedures (
    procedure_id integer PRIMARY KEY,
    procedure_code text NOT NULL UNIQUE CHECK (procedure_code ~ '^JP-[A-Z0-9]+-[0-9]{2,}$'),
    procedure_name text NOT NULL,
    procedure_type text NOT NULL CHECK (procedure_type IN ('preventive', 'replacement', 'adjustment', 'inspection')),
    asset_type text NOT NULL,
    component text,
    estimated_duration_hours numeric(6, 2) NOT NULL CHECK (estimated_duration_hours > 0),
    technicians_required smallint NOT NULL CHECK (technicians_required BETWEEN 1 AND 4),
    required_trade text NOT NULL
        CHECK (required_trade IN ('mechanical', 'electrical', 'mechatronics', 'instrumentation', 'any')),
    required_skill_level text NOT NULL CHECK (required_skill_level IN ('trainee', 'skilled', 'senior', 'expert')),
    lockout_tagout_required boolean NOT NULL,
    hot_work_permit boolean NOT NULL,
    ppe_required text NOT NULL,
    tools_required text NOT NULL,
    version smallint NOT NULL CHECK (version > 0),
    revision_date date NOT NULL,
    approved_by integer NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX work_procedures_asset_type ON cmms.work_procedures (asset_type, procedure_type);
COMMENT ON TABLE cmms.work_procedures IS 'Standard job: how a kind of work on a kind of asset is done; the revision in force.';
COMMENT ON COLUMN cmms.work_procedures.procedure_id IS 'Key.';
COMMENT ON COLUMN cmms.work_procedures.procedure_code IS 'Number of the job plan.';
COMMENT ON COLUMN cmms.work_procedures.procedure_name IS 'Name.';
COMMENT ON COLUMN cmms.work_procedures.procedure_type IS 'preventive | replacement (of a component) | adjustment | inspection.';
COMMENT ON COLUMN cmms.work_procedures.asset_type IS 'Kind of asset it is written for.';
COMMENT ON COLUMN cmms.work_procedures.component IS 'Component worked on (ISO 14224 maintainable item); NULL if it is the whole asset.';
COMMENT ON COLUMN cmms.work_procedures.estimated_duration_hours IS 'Standard duration.';
COMMENT ON COLUMN cmms.work_procedures.technicians_required IS 'Technicians at work together.';
COMMENT ON COLUMN cmms.work_procedures.required_trade IS 'Trade needed.';
COMMENT ON COLUMN cmms.work_procedures.required_skill_level IS 'Least level of skill.';
COMMENT ON COLUMN cmms.work_procedures.lockout_tagout_required IS 'The asset must be isolated and locked.';
COMMENT ON COLUMN cmms.work_procedures.hot_work_permit IS 'Needs a permit for hot work.';
COMMENT ON COLUMN cmms.work_procedures.ppe_required IS 'Personal protective equipment besides the plant''s standard.';
COMMENT ON COLUMN cmms.work_procedures.tools_required IS 'Special tools.';
COMMENT ON COLUMN cmms.work_procedures.version IS 'Revision in force.';
COMMENT ON COLUMN cmms.work_procedures.revision_date IS 'Date of that revision.';
COMMENT ON COLUMN cmms.work_procedures.approved_by IS 'Engineer who released it. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.work_procedures.created_at IS 'When the record was entered.';

CREATE TABLE cmms.mro_parts (
    mro_part_id integer PRIMARY KEY,
    part_number text NOT NULL,
    part_name text NOT NULL,
    part_category text NOT NULL CHECK (part_category IN ('bearing', 'motor', 'seal', 'hose', 'valve', 'pump', 'drive',
        'power_supply', 'sensor', 'tool', 'electrode', 'filter', 'lubricant', 'small_part')),
    component text,
    manufacturer text NOT NULL,
    manufacturer_part_number text NOT NULL,
    unit_of_measure text NOT NULL CHECK (unit_of_measure IN ('pcs', 'l', 'kg')),
    warehouse_id integer NOT NULL,
    bin_location text NOT NULL,
    criticality text NOT NULL CHECK (criticality IN ('A', 'B', 'C')),
    primary_supplier_id integer NOT NULL,
    lead_time_days smallint NOT NULL CHECK (lead_time_days > 0),
    reorder_point numeric(14, 3) NOT NULL CHECK (reorder_point >= 0),
    max_stock_level numeric(14, 3) NOT NULL,
    standard_cost numeric(14, 2) NOT NULL CHECK (standard_cost > 0),
    shelf_life_months smallint CHECK (shelf_life_months > 0),
    current_stock numeric(14, 3) NOT NULL CHECK (current_stock >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (warehouse_id, part_number),
    CHECK (max_stock_level > reorder_point),
    CHECK (created_at <= updated_at)
);
CREATE INDEX mro_parts_supplier ON cmms.mro_parts (primary_supplier_id);
CREATE INDEX mro_parts_reorder ON cmms.mro_parts (warehouse_id) WHERE current_stock <= reorder_point;
COMMENT ON TABLE cmms.mro_parts IS 'Spare part or consumable of maintenance at one store, with its stock; one row a part and store.';
COMMENT ON COLUMN cmms.mro_parts.mro_part_id IS 'Key.';
COMMENT ON COLUMN cmms.mro_parts.part_number IS 'Number in the spare parts catalogue, the same at every store.';
COMMENT ON COLUMN cmms.mro_parts.part_name IS 'Description.';
COMMENT ON COLUMN cmms.mro_parts.part_category IS 'Kind of part.';
COMMENT ON COLUMN cmms.mro_parts.component IS 'Component it replaces (ISO 14224 maintainable item); NULL for consumables.';
COMMENT ON COLUMN cmms.mro_parts.manufacturer IS 'Maker.';
COMMENT ON COLUMN cmms.mro_parts.manufacturer_part_number IS 'The maker''s number.';
COMMENT ON COLUMN cmms.mro_parts.unit_of_measure IS 'Unit of stock, issues and cost: pcs | l | kg.';
COMMENT ON COLUMN cmms.mro_parts.warehouse_id IS 'Store. -> master.warehouses(warehouse_id)';
COMMENT ON COLUMN cmms.mro_parts.bin_location IS 'Shelf in the store.';
COMMENT ON COLUMN cmms.mro_parts.criticality IS 'A: its lack stops a line; B: its lack delays a repair; C: others.';
COMMENT ON COLUMN cmms.mro_parts.primary_supplier_id IS 'Supplier it is ordered from. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN cmms.mro_parts.lead_time_days IS 'Planned lead time, calendar days.';
COMMENT ON COLUMN cmms.mro_parts.reorder_point IS 'Stock at which it is ordered again [units of stock].';
COMMENT ON COLUMN cmms.mro_parts.max_stock_level IS 'Level orders fill the stock up to [units of stock].';
COMMENT ON COLUMN cmms.mro_parts.standard_cost IS 'Standard cost, USD a unit of stock.';
COMMENT ON COLUMN cmms.mro_parts.shelf_life_months IS 'Shelf life; NULL: unlimited.';
COMMENT ON COLUMN cmms.mro_parts.current_stock IS 'Stock on hand: the sum of its transactions [units of stock].';
COMMENT ON COLUMN cmms.mro_parts.created_at IS 'When the record was entered.';
COMMENT ON COLUMN cmms.mro_parts.updated_at IS 'Last change of the row.';

-- Assets and their plans.
CREATE TABLE cmms.maintenance_assets (
    asset_id integer PRIMARY KEY,
    asset_number text NOT NULL UNIQUE,
    asset_name text NOT NULL,
    asset_category text NOT NULL CHECK (asset_category IN ('machine', 'utility')),
    asset_type text NOT NULL,
    machine_id integer UNIQUE,
    factory_id integer NOT NULL,
    line_id integer,
    team_id integer NOT NULL REFERENCES cmms.maintenance_teams (team_id),
    cost_center_id integer NOT NULL REFERENCES cmms.maintenance_cost_centers (cost_center_id),
    location_hierarchy text NOT NULL,
    manufacturer text NOT NULL,
    model_number text NOT NULL,
    serial_number text NOT NULL UNIQUE,
    installation_date date NOT NULL,
    warranty_expiry_date date NOT NULL,
    criticality_rating text NOT NULL CHECK (criticality_rating IN ('A', 'B', 'C')),
    safety_critical boolean NOT NULL,
    maintenance_strategy text NOT NULL
        CHECK (maintenance_strategy IN ('condition_based', 'preventive', 'run_to_failure')),
    has_meter boolean NOT NULL,
    power_rating_kw numeric(8, 1) NOT NULL CHECK (power_rating_kw > 0),
    downtime_cost_per_hour numeric(14, 2) NOT NULL CHECK (downtime_cost_per_hour >= 0),
    replacement_cost numeric(14, 2) NOT NULL CHECK (replacement_cost > 0),
    expected_life_years smallint NOT NULL CHECK (expected_life_years > 0),
    created_at timestamptz NOT NULL,
    CHECK ((asset_category = 'machine') = (machine_id IS NOT NULL)),
    CHECK ((machine_id IS NULL) = (line_id IS NULL)),
    CHECK (warranty_expiry_date > installation_date)
);
CREATE INDEX maintenance_assets_factory ON cmms.maintenance_assets (factory_id);
CREATE INDEX maintenance_assets_line ON cmms.maintenance_assets (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX maintenance_assets_team ON cmms.maintenance_assets (team_id);
CREATE INDEX maintenance_assets_cost_center ON cmms.maintenance_assets (cost_center_id);
COMMENT ON TABLE cmms.maintenance_assets IS 'Maintained asset (ISO 14224 equipment unit): a machine of a line, or a utility of a factory.';
COMMENT ON COLUMN cmms.maintenance_assets.asset_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_assets.asset_number IS 'Tag on the asset.';
COMMENT ON COLUMN cmms.maintenance_assets.asset_name IS 'Name.';
COMMENT ON COLUMN cmms.maintenance_assets.asset_category IS 'machine | utility (compressor, chiller, transformer and the like).';
COMMENT ON COLUMN cmms.maintenance_assets.asset_type IS 'Kind of asset; for a machine, its machine type.';
COMMENT ON COLUMN cmms.maintenance_assets.machine_id IS 'Machine; NULL for a utility. -> master.machines(machine_id)';
COMMENT ON COLUMN cmms.maintenance_assets.factory_id IS 'Factory. -> master.factories(factory_id)';
COMMENT ON COLUMN cmms.maintenance_assets.line_id IS 'Line; NULL for a utility. -> master.production_lines(line_id)';
COMMENT ON COLUMN cmms.maintenance_assets.team_id IS 'Team that maintains it.';
COMMENT ON COLUMN cmms.maintenance_assets.cost_center_id IS 'Cost centre of its maintenance.';
COMMENT ON COLUMN cmms.maintenance_assets.location_hierarchy IS 'Functional location: factory, line or utility room, position.';
COMMENT ON COLUMN cmms.maintenance_assets.manufacturer IS 'Maker.';
COMMENT ON COLUMN cmms.maintenance_assets.model_number IS 'Model.';
COMMENT ON COLUMN cmms.maintenance_assets.serial_number IS 'Serial number of the maker.';
COMMENT ON COLUMN cmms.maintenance_assets.installation_date IS 'Date of installation.';
COMMENT ON COLUMN cmms.maintenance_assets.warranty_expiry_date IS 'Last day of the maker''s warranty.';
COMMENT ON COLUMN cmms.maintenance_assets.criticality_rating IS 'A: stops a line or a factory and is costly; C: has a spare or little effect; B: others.';
COMMENT ON COLUMN cmms.maintenance_assets.safety_critical IS 'Its failure can hurt people; inspected by law.';
COMMENT ON COLUMN cmms.maintenance_assets.maintenance_strategy IS 'condition_based (sensors watched, besides the plan) | preventive (plan only) | run_to_failure.';
COMMENT ON COLUMN cmms.maintenance_assets.has_meter IS 'Its running hours are read.';
COMMENT ON COLUMN cmms.maintenance_assets.power_rating_kw IS 'Rated power.';
COMMENT ON COLUMN cmms.maintenance_assets.downtime_cost_per_hour IS 'Contribution lost while it stands still, USD an hour.';
COMMENT ON COLUMN cmms.maintenance_assets.replacement_cost IS 'Replacement asset value, USD.';
COMMENT ON COLUMN cmms.maintenance_assets.expected_life_years IS 'Expected life.';
COMMENT ON COLUMN cmms.maintenance_assets.created_at IS 'When the record was entered.';

CREATE TABLE cmms.equipment_meter_readings (
    reading_id bigint PRIMARY KEY,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    meter_unit text NOT NULL CHECK (meter_unit IN ('h', 'cycles')),
    reading_date timestamptz NOT NULL,
    meter_value numeric(14, 3) NOT NULL CHECK (meter_value >= 0),
    previous_reading numeric(14, 3) CHECK (previous_reading >= 0),
    reading_source text NOT NULL CHECK (reading_source IN ('controller', 'manual')),
    scada_id bigint,
    recorded_by integer REFERENCES cmms.maintenance_technicians (technician_id),
    created_at timestamptz NOT NULL,
    UNIQUE (asset_id, meter_unit, reading_date),
    CHECK (meter_value >= previous_reading),
    CHECK (reading_date <= created_at),
    CHECK ((reading_source = 'manual') = (recorded_by IS NOT NULL)),
    CHECK (reading_source = 'controller' OR scada_id IS NULL)
);
CREATE INDEX equipment_meter_readings_date ON cmms.equipment_meter_readings (reading_date);
CREATE INDEX equipment_meter_readings_recorded_by ON cmms.equipment_meter_readings (recorded_by)
    WHERE recorded_by IS NOT NULL;
COMMENT ON TABLE cmms.equipment_meter_readings IS 'Reading of a meter of an asset, once a day: running hours of every metered asset, cycles of machines. A reading never decreases.';
COMMENT ON COLUMN cmms.equipment_meter_readings.reading_id IS 'Key.';
COMMENT ON COLUMN cmms.equipment_meter_readings.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.equipment_meter_readings.meter_unit IS 'Which meter, by its unit: h (running hours) | cycles (parts made).';
COMMENT ON COLUMN cmms.equipment_meter_readings.reading_date IS 'When the meter was read.';
COMMENT ON COLUMN cmms.equipment_meter_readings.meter_value IS 'What the meter showed.';
COMMENT ON COLUMN cmms.equipment_meter_readings.previous_reading IS 'What it showed at the reading before; NULL for the first on record.';
COMMENT ON COLUMN cmms.equipment_meter_readings.reading_source IS 'controller (taken over from the machine''s counter) | manual (read by a technician, utilities).';
COMMENT ON COLUMN cmms.equipment_meter_readings.scada_id IS 'Message of the controller the value is taken from; NULL for manual readings. ~> operations.scada_machine_data(scada_id)';
COMMENT ON COLUMN cmms.equipment_meter_readings.recorded_by IS 'Technician who read it; NULL for the controller.';
COMMENT ON COLUMN cmms.equipment_meter_readings.created_at IS 'When the reading was recorded.';

CREATE TABLE cmms.pm_schedules (
    pm_schedule_id integer PRIMARY KEY,
    schedule_code text NOT NULL UNIQUE CHECK (schedule_code ~ '^PM-[A-Z0-9-]+$'),
    schedule_name text NOT NULL,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    procedure_id integer NOT NULL REFERENCES cmms.work_procedures (procedure_id),
    pm_type text NOT NULL
        CHECK (pm_type IN ('lubrication', 'routine', 'component_replacement', 'statutory_inspection', 'calibration')),
    schedule_type text NOT NULL CHECK (schedule_type IN ('calendar', 'meter')),
    frequency_value integer NOT NULL CHECK (frequency_value > 0),
    frequency_unit text NOT NULL CHECK (frequency_unit IN ('days', 'running_hours')),
    tolerance_days smallint NOT NULL CHECK (tolerance_days >= 0),
    lead_time_days smallint NOT NULL CHECK (lead_time_days >= 0),
    requires_shutdown boolean NOT NULL,
    scheduling_priority text NOT NULL CHECK (scheduling_priority IN ('low', 'normal', 'high')),
    effective_date date NOT NULL,
    last_completed_date date,
    last_meter_reading numeric(14, 3) CHECK (last_meter_reading >= 0),
    next_due_date date NOT NULL,
    next_due_meter_reading numeric(14, 3) CHECK (next_due_meter_reading > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((schedule_type = 'calendar') = (frequency_unit = 'days')),
    CHECK ((schedule_type = 'meter') = (next_due_meter_reading IS NOT NULL)),
    CHECK (schedule_type = 'meter' OR last_meter_reading IS NULL),
    CHECK (last_meter_reading < next_due_meter_reading),
    CHECK (effective_date <= next_due_date),
    CHECK (created_at <= updated_at)
);
CREATE INDEX pm_schedules_due ON cmms.pm_schedules (next_due_date);
CREATE INDEX pm_schedules_asset ON cmms.pm_schedules (asset_id);
CREATE INDEX pm_schedules_procedure ON cmms.pm_schedules (procedure_id);
COMMENT ON TABLE cmms.pm_schedules IS 'Plan of preventive maintenance of an asset, by the calendar or by its meter, with what is due next.';
COMMENT ON COLUMN cmms.pm_schedules.pm_schedule_id IS 'Key.';
COMMENT ON COLUMN cmms.pm_schedules.schedule_code IS 'Plan number.';
COMMENT ON COLUMN cmms.pm_schedules.schedule_name IS 'Name.';
COMMENT ON COLUMN cmms.pm_schedules.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.pm_schedules.procedure_id IS 'Standard job to be done.';
COMMENT ON COLUMN cmms.pm_schedules.pm_type IS 'lubrication | routine (the line''s maintenance window) | component_replacement (age replacement) | statutory_inspection | calibration (of sensors).';
COMMENT ON COLUMN cmms.pm_schedules.schedule_type IS 'calendar | meter (running hours).';
COMMENT ON COLUMN cmms.pm_schedules.frequency_value IS 'Time between two jobs, in the unit beside.';
COMMENT ON COLUMN cmms.pm_schedules.frequency_unit IS 'days (calendar) | running_hours (meter).';
COMMENT ON COLUMN cmms.pm_schedules.tolerance_days IS 'A job done so many days after it was due still counts as on time.';
COMMENT ON COLUMN cmms.pm_schedules.lead_time_days IS 'Orders are opened so many days before the due date: more for long intervals, and one more for a standstill.';
COMMENT ON COLUMN cmms.pm_schedules.requires_shutdown IS 'The asset must stand still: done in the line''s maintenance window.';
COMMENT ON COLUMN cmms.pm_schedules.scheduling_priority IS 'Priority of its orders.';
COMMENT ON COLUMN cmms.pm_schedules.effective_date IS 'First day of the plan.';
COMMENT ON COLUMN cmms.pm_schedules.last_completed_date IS 'Day the job was last done; NULL before the first time.';
COMMENT ON COLUMN cmms.pm_schedules.last_meter_reading IS 'Running hours when it was last done; NULL before the first time and for calendar plans.';
COMMENT ON COLUMN cmms.pm_schedules.next_due_date IS 'Next due date; for a meter plan, the day its meter is forecast to get there.';
COMMENT ON COLUMN cmms.pm_schedules.next_due_meter_reading IS 'Running hours at which it is due next; NULL for calendar plans.';
COMMENT ON COLUMN cmms.pm_schedules.created_at IS 'When the record was entered.';
COMMENT ON COLUMN cmms.pm_schedules.updated_at IS 'Last change of the row.';

-- Orders and what is done, booked and used on them.
CREATE TABLE cmms.work_orders (
    maintenance_work_order_id bigint PRIMARY KEY,
    work_order_number text NOT NULL UNIQUE CHECK (work_order_number ~ '^MWO-[LF][0-9]+-[0-9]{8}-[0-9]{2,}$'),
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    wo_type text NOT NULL CHECK (wo_type IN ('preventive', 'breakdown', 'corrective', 'predictive', 'inspection')),
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    description text NOT NULL,
    component text,
    source_type text NOT NULL
        CHECK (source_type IN ('pm_schedule', 'machine_fault', 'condition_alert', 'operator_request', 'follow_up')),
    pm_schedule_id integer REFERENCES cmms.pm_schedules (pm_schedule_id),
    procedure_id integer REFERENCES cmms.work_procedures (procedure_id),
    follow_up_of_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    machine_fault_id bigint,
    downtime_event_id bigint,
    maintenance_event_id bigint UNIQUE,
    team_id integer NOT NULL REFERENCES cmms.maintenance_teams (team_id),
    assigned_to integer REFERENCES cmms.maintenance_technicians (technician_id),
    lockout_tagout_required boolean NOT NULL,
    hot_work_permit boolean NOT NULL,
    estimated_duration_hours numeric(6, 2) NOT NULL CHECK (estimated_duration_hours > 0),
    requested_date timestamptz NOT NULL,
    due_date date,
    scheduled_start_date timestamptz NOT NULL,
    actual_start_date timestamptz,
    actual_end_date timestamptz,
    activity_code text CHECK (activity_code IN ('replace', 'repair', 'adjust', 'service', 'check', 'inspect')),
    logistic_delay_minutes numeric(10, 2) CHECK (logistic_delay_minutes >= 0),
    downtime_minutes numeric(10, 2) CHECK (downtime_minutes >= 0),
    production_loss_units integer CHECK (production_loss_units >= 0),
    follow_up_required boolean,
    actual_labor_cost numeric(14, 2) CHECK (actual_labor_cost >= 0),
    actual_parts_cost numeric(14, 2) CHECK (actual_parts_cost >= 0),
    actual_service_cost numeric(14, 2) CHECK (actual_service_cost >= 0),
    actual_total_cost numeric(14, 2),
    verified_by integer,
    closed_at timestamptz,
    wo_status text NOT NULL CHECK (wo_status IN ('requested', 'scheduled', 'in_progress', 'waiting_parts', 'completed',
        'closed', 'cancelled')),
    created_by integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (requested_date <= created_at),
    CHECK (created_at <= actual_start_date),
    CHECK (actual_start_date <= actual_end_date),
    CHECK (actual_end_date <= closed_at),
    CHECK (created_at <= closed_at AND closed_at <= updated_at),
    CHECK (created_at <= updated_at AND actual_start_date <= updated_at AND actual_end_date <= updated_at),
    CHECK ((wo_type = 'preventive') = (pm_schedule_id IS NOT NULL)),
    CHECK ((source_type = 'pm_schedule') = (pm_schedule_id IS NOT NULL)),
    CHECK ((source_type = 'follow_up') = (follow_up_of_work_order_id IS NOT NULL)),
    CHECK (follow_up_of_work_order_id <> maintenance_work_order_id),
    CHECK ((wo_type IN ('breakdown', 'corrective')) = (due_date IS NULL)),
    CHECK (machine_fault_id IS NULL OR source_type IN ('machine_fault', 'condition_alert')),
    CHECK (wo_type <> 'breakdown' OR priority = 'urgent'),
    CHECK ((wo_status IN ('in_progress', 'waiting_parts', 'completed', 'closed')) = (actual_start_date IS NOT NULL)),
    CHECK (wo_status = 'requested' OR wo_status = 'cancelled' OR assigned_to IS NOT NULL),
    CHECK ((wo_status IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (wo_status = 'closed' OR verified_by IS NULL),
    -- What is known at the end of the work, and at closing, is known altogether.
    CHECK (num_nulls(actual_end_date, activity_code, logistic_delay_minutes, downtime_minutes, production_loss_units,
        follow_up_required) = CASE WHEN wo_status IN ('completed', 'closed') THEN 0 ELSE 6 END),
    CHECK (num_nulls(actual_labor_cost, actual_parts_cost, actual_service_cost, actual_total_cost, verified_by) = CASE
        wo_status WHEN 'closed' THEN 0 ELSE 5 END),
    CHECK (actual_total_cost = actual_labor_cost + actual_parts_cost + actual_service_cost)
);
CREATE INDEX work_orders_asset ON cmms.work_orders (asset_id, requested_date);
CREATE INDEX work_orders_type ON cmms.work_orders (wo_type, requested_date);
CREATE INDEX work_orders_open ON cmms.work_orders (scheduled_start_date)
    WHERE wo_status NOT IN ('completed', 'closed', 'cancelled');
CREATE INDEX work_orders_machine_fault ON cmms.work_orders (machine_fault_id) WHERE machine_fault_id IS NOT NULL;
CREATE INDEX work_orders_downtime_event ON cmms.work_orders (downtime_event_id) WHERE downtime_event_id IS NOT NULL;
CREATE INDEX work_orders_pm_schedule ON cmms.work_orders (pm_schedule_id) WHERE pm_schedule_id IS NOT NULL;
CREATE INDEX work_orders_procedure ON cmms.work_orders (procedure_id) WHERE procedure_id IS NOT NULL;
CREATE INDEX work_orders_follow_up_of_work_order ON cmms.work_orders (follow_up_of_work_order_id)
    WHERE follow_up_of_work_order_id IS NOT NULL;
CREATE INDEX work_orders_team ON cmms.work_orders (team_id);
CREATE INDEX work_orders_assigned_to ON cmms.work_orders (assigned_to) WHERE assigned_to IS NOT NULL;
COMMENT ON TABLE cmms.work_orders IS 'Maintenance order, from request to closing, for every job of the technicians: what operators do themselves needs none.';
COMMENT ON COLUMN cmms.work_orders.maintenance_work_order_id IS 'Key.';
COMMENT ON COLUMN cmms.work_orders.work_order_number IS 'Readable number: MWO-L<line>, or F<factory> for a utility, production date, sequence.';
COMMENT ON COLUMN cmms.work_orders.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.work_orders.wo_type IS 'preventive (by plan) | breakdown (a component failed and stopped the asset) | corrective (other repairs and adjustments) | predictive (before a failure foreseen) | inspection (of an alert).';
COMMENT ON COLUMN cmms.work_orders.priority IS 'low | normal | high | urgent (the line is stopped).';
COMMENT ON COLUMN cmms.work_orders.description IS 'What is to be done.';
COMMENT ON COLUMN cmms.work_orders.component IS 'Component to be worked on (ISO 14224 maintainable item); NULL if it is the whole asset or not yet known.';
COMMENT ON COLUMN cmms.work_orders.source_type IS 'What called for it: pm_schedule | machine_fault | condition_alert | operator_request | follow_up (another order found more to do).';
COMMENT ON COLUMN cmms.work_orders.pm_schedule_id IS 'Plan that generated it; preventive orders only, NULL otherwise.';
COMMENT ON COLUMN cmms.work_orders.procedure_id IS 'Standard job; NULL where there is none for it.';
COMMENT ON COLUMN cmms.work_orders.follow_up_of_work_order_id IS 'Order whose finding it follows up; NULL for most, about 49 in 50.';
COMMENT ON COLUMN cmms.work_orders.machine_fault_id IS 'Fault to be repaired or looked into; NULL if there is none, and for utilities. -> operations.machine_faults(fault_id)';
COMMENT ON COLUMN cmms.work_orders.downtime_event_id IS 'Downtime in which the work is done; NULL while the asset runs and for utilities. -> mes.downtime_events(downtime_id)';
COMMENT ON COLUMN cmms.work_orders.maintenance_event_id IS 'The same work in the records of operations; NULL until recorded there, and for utilities. -> operations.maintenance_events(maintenance_id)';
COMMENT ON COLUMN cmms.work_orders.team_id IS 'Team it is given to.';
COMMENT ON COLUMN cmms.work_orders.assigned_to IS 'Technician in charge; NULL until one is assigned.';
COMMENT ON COLUMN cmms.work_orders.lockout_tagout_required IS 'The asset must be isolated and locked.';
COMMENT ON COLUMN cmms.work_orders.hot_work_permit IS 'Needs a permit for hot work.';
COMMENT ON COLUMN cmms.work_orders.estimated_duration_hours IS 'Planned duration.';
COMMENT ON COLUMN cmms.work_orders.requested_date IS 'When the need was reported or the plan called for it.';
COMMENT ON COLUMN cmms.work_orders.due_date IS 'Last day to be on time, factory-local; planned work only, NULL for breakdown and corrective orders.';
COMMENT ON COLUMN cmms.work_orders.scheduled_start_date IS 'Planned start; for unplanned work, when it was called for.';
COMMENT ON COLUMN cmms.work_orders.actual_start_date IS 'Start of the work; known when it starts.';
COMMENT ON COLUMN cmms.work_orders.actual_end_date IS 'End of the work and hand-over of the asset; known when it ends.';
COMMENT ON COLUMN cmms.work_orders.activity_code IS 'Maintenance activity (ISO 14224); known when the work ends.';
COMMENT ON COLUMN cmms.work_orders.logistic_delay_minutes IS 'Waiting for spare parts between start and end; known when the work ends.';
COMMENT ON COLUMN cmms.work_orders.downtime_minutes IS 'Time the asset stood still for the failure and the work; known when the work ends.';
COMMENT ON COLUMN cmms.work_orders.production_loss_units IS 'Parts lost in that time [parts]; known when the work ends.';
COMMENT ON COLUMN cmms.work_orders.follow_up_required IS 'More work is needed; known when the work ends.';
COMMENT ON COLUMN cmms.work_orders.actual_labor_cost IS 'Sum of its labour cost lines, USD; known at closing.';
COMMENT ON COLUMN cmms.work_orders.actual_parts_cost IS 'Sum of its parts cost lines, USD; known at closing.';
COMMENT ON COLUMN cmms.work_orders.actual_service_cost IS 'Sum of its contractor cost lines, USD; known at closing.';
COMMENT ON COLUMN cmms.work_orders.actual_total_cost IS 'Labour, parts and contractors, USD; known at closing.';
COMMENT ON COLUMN cmms.work_orders.verified_by IS 'Supervisor who checked the work and closed the order; known at closing. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.work_orders.closed_at IS 'Closing or cancellation; NULL before.';
COMMENT ON COLUMN cmms.work_orders.wo_status IS 'requested | scheduled | in_progress | waiting_parts | completed (work done) | closed (checked and settled) | cancelled (not done: its time passed, or another order did it).';
COMMENT ON COLUMN cmms.work_orders.created_by IS 'Who entered it: operator, planner or technician. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.work_orders.created_at IS 'When the order was recorded.';
COMMENT ON COLUMN cmms.work_orders.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.pm_generation_log (
    log_id bigint PRIMARY KEY,
    pm_schedule_id integer NOT NULL REFERENCES cmms.pm_schedules (pm_schedule_id),
    generation_date timestamptz NOT NULL,
    trigger_date date NOT NULL,
    trigger_meter_reading numeric(14, 3) CHECK (trigger_meter_reading > 0),
    generation_status text NOT NULL CHECK (generation_status IN ('generated', 'skipped')),
    maintenance_work_order_id bigint UNIQUE REFERENCES cmms.work_orders (maintenance_work_order_id),
    UNIQUE (pm_schedule_id, trigger_date),
    CHECK ((generation_status = 'generated') = (maintenance_work_order_id IS NOT NULL))
);
CREATE INDEX pm_generation_log_date ON cmms.pm_generation_log (generation_date);
COMMENT ON TABLE cmms.pm_generation_log IS 'Run of the scheduler that found a plan due, and the order it opened; one row a plan and due date.';
COMMENT ON COLUMN cmms.pm_generation_log.log_id IS 'Key.';
COMMENT ON COLUMN cmms.pm_generation_log.pm_schedule_id IS 'Plan.';
COMMENT ON COLUMN cmms.pm_generation_log.generation_date IS 'When the scheduler ran.';
COMMENT ON COLUMN cmms.pm_generation_log.trigger_date IS 'Due date that came within the plan''s lead time.';
COMMENT ON COLUMN cmms.pm_generation_log.trigger_meter_reading IS 'Running hours at which it is due; NULL for calendar plans.';
COMMENT ON COLUMN cmms.pm_generation_log.generation_status IS 'generated | skipped (the order before is still open).';
COMMENT ON COLUMN cmms.pm_generation_log.maintenance_work_order_id IS 'Order opened; NULL if skipped.';

CREATE TABLE cmms.work_order_tasks (
    task_id bigint PRIMARY KEY,
    maintenance_work_order_id bigint NOT NULL REFERENCES cmms.work_orders (maintenance_work_order_id),
    task_sequence smallint NOT NULL CHECK (task_sequence > 0),
    task_type text NOT NULL CHECK (task_type IN ('isolate', 'diagnose', 'inspect', 'clean', 'lubricate', 'adjust',
        'repair', 'replace', 'measure', 'test_run', 'restore')),
    task_description text NOT NULL,
    procedure_id integer REFERENCES cmms.work_procedures (procedure_id),
    estimated_duration_minutes numeric(8, 2) NOT NULL CHECK (estimated_duration_minutes > 0),
    started_at timestamptz,
    completed_at timestamptz,
    completed_by integer REFERENCES cmms.maintenance_technicians (technician_id),
    task_result text CHECK (task_result IN ('ok', 'not_ok')),
    measured_value double precision,
    measurement_unit text,
    task_status text NOT NULL CHECK (task_status IN ('pending', 'in_progress', 'completed', 'skipped')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (maintenance_work_order_id, task_sequence),
    CHECK (created_at <= started_at),
    CHECK (started_at <= completed_at),
    CHECK (completed_at <= updated_at AND created_at <= updated_at),
    CHECK ((task_status IN ('in_progress', 'completed')) = (started_at IS NOT NULL)),
    CHECK (num_nulls(completed_at, completed_by, task_result) = CASE task_status WHEN 'completed' THEN 0 ELSE 3 END),
    CHECK ((task_type = 'measure') = (measurement_unit IS NOT NULL)),
    CHECK ((task_type = 'measure' AND task_status = 'completed') = (measured_value IS NOT NULL))
);
CREATE INDEX work_order_tasks_procedure ON cmms.work_order_tasks (procedure_id) WHERE procedure_id IS NOT NULL;
CREATE INDEX work_order_tasks_completed_by ON cmms.work_order_tasks (completed_by) WHERE completed_by IS NOT NULL;
COMMENT ON TABLE cmms.work_order_tasks IS 'Step of a maintenance order, from its standard job.';
COMMENT ON COLUMN cmms.work_order_tasks.task_id IS 'Key.';
COMMENT ON COLUMN cmms.work_order_tasks.maintenance_work_order_id IS 'Order.';
COMMENT ON COLUMN cmms.work_order_tasks.task_sequence IS 'Step, in tens from 10.';
COMMENT ON COLUMN cmms.work_order_tasks.task_type IS 'Kind of step; restore puts the asset back into service.';
COMMENT ON COLUMN cmms.work_order_tasks.task_description IS 'What is to be done.';
COMMENT ON COLUMN cmms.work_order_tasks.procedure_id IS 'Standard job the step comes from; NULL where there is none.';
COMMENT ON COLUMN cmms.work_order_tasks.estimated_duration_minutes IS 'Planned duration.';
COMMENT ON COLUMN cmms.work_order_tasks.started_at IS 'Start; known when it starts, never for a skipped step.';
COMMENT ON COLUMN cmms.work_order_tasks.completed_at IS 'End; known when it ends, never for a skipped step.';
COMMENT ON COLUMN cmms.work_order_tasks.completed_by IS 'Technician who did it; known when it ends.';
COMMENT ON COLUMN cmms.work_order_tasks.task_result IS 'ok | not_ok (something found beyond the limits); known when it ends.';
COMMENT ON COLUMN cmms.work_order_tasks.measured_value IS 'Value measured; steps of type measure only, about 1 in 8, known when they end.';
COMMENT ON COLUMN cmms.work_order_tasks.measurement_unit IS 'Unit of that value; steps of type measure only.';
COMMENT ON COLUMN cmms.work_order_tasks.task_status IS 'pending | in_progress | completed | skipped (not needed, or the order was cancelled).';
COMMENT ON COLUMN cmms.work_order_tasks.created_at IS 'When the step was recorded, with its order.';
COMMENT ON COLUMN cmms.work_order_tasks.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.labor_time_entries (
    labor_entry_id bigint PRIMARY KEY,
    maintenance_work_order_id bigint NOT NULL REFERENCES cmms.work_orders (maintenance_work_order_id),
    technician_id integer NOT NULL REFERENCES cmms.maintenance_technicians (technician_id),
    production_date date NOT NULL,
    shift_code text NOT NULL CHECK (shift_code IN ('E', 'L', 'N')),
    labor_type text NOT NULL CHECK (labor_type IN ('regular', 'overtime', 'callout')),
    start_time timestamptz NOT NULL,
    end_time timestamptz NOT NULL,
    duration_seconds integer NOT NULL,
    hourly_rate numeric(14, 2) NOT NULL CHECK (hourly_rate > 0),
    labor_cost numeric(14, 2) NOT NULL,
    CHECK (start_time < end_time),
    CHECK (duration_seconds = extract(epoch FROM end_time - start_time)),
    CHECK (labor_cost = round(duration_seconds * hourly_rate / 3600, 2))
);
CREATE INDEX labor_time_entries_technician ON cmms.labor_time_entries (technician_id, start_time);
CREATE INDEX labor_time_entries_date ON cmms.labor_time_entries (production_date);
CREATE INDEX labor_time_entries_maintenance_work_order ON cmms.labor_time_entries (maintenance_work_order_id);
COMMENT ON TABLE cmms.labor_time_entries IS 'Time of a technician on a maintenance order within one shift, recorded when the piece ends. A technician works on one order at a time.';
COMMENT ON COLUMN cmms.labor_time_entries.labor_entry_id IS 'Key.';
COMMENT ON COLUMN cmms.labor_time_entries.maintenance_work_order_id IS 'Order.';
COMMENT ON COLUMN cmms.labor_time_entries.technician_id IS 'Technician.';
COMMENT ON COLUMN cmms.labor_time_entries.production_date IS 'Production day, factory-local.';
COMMENT ON COLUMN cmms.labor_time_entries.shift_code IS 'Shift: E | L | N.';
COMMENT ON COLUMN cmms.labor_time_entries.labor_type IS 'regular | overtime (beyond the own shift) | callout (called in from home).';
COMMENT ON COLUMN cmms.labor_time_entries.start_time IS 'Start of the piece.';
COMMENT ON COLUMN cmms.labor_time_entries.end_time IS 'End of the piece, when the entry is recorded.';
COMMENT ON COLUMN cmms.labor_time_entries.duration_seconds IS 'End minus start.';
COMMENT ON COLUMN cmms.labor_time_entries.hourly_rate IS 'Rate charged, regular or overtime, USD an hour.';
COMMENT ON COLUMN cmms.labor_time_entries.labor_cost IS 'Duration times rate, USD.';

CREATE TABLE cmms.mro_parts_transactions (
    transaction_id bigint PRIMARY KEY,
    mro_part_id integer NOT NULL REFERENCES cmms.mro_parts (mro_part_id),
    transaction_type text NOT NULL CHECK (transaction_type IN ('opening', 'receipt', 'issue', 'return', 'adjustment')),
    transaction_date timestamptz NOT NULL,
    quantity numeric(14, 3) NOT NULL,
    stock_after numeric(14, 3) NOT NULL CHECK (stock_after >= 0),
    unit_cost numeric(14, 2) NOT NULL CHECK (unit_cost > 0),
    total_cost numeric(14, 2) NOT NULL,
    maintenance_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    purchase_order_id bigint,
    supplier_lot_number text,
    reason_code text CHECK (reason_code IN ('count', 'damaged', 'expired')),
    performed_by integer NOT NULL,
    CHECK (CASE transaction_type WHEN 'opening' THEN quantity >= 0 WHEN 'issue' THEN quantity < 0 WHEN 'adjustment'
        THEN quantity <> 0 ELSE quantity > 0 END),
    CHECK (total_cost = round(quantity * unit_cost, 2)),
    CHECK ((transaction_type IN ('issue', 'return')) = (maintenance_work_order_id IS NOT NULL)),
    CHECK (transaction_type = 'receipt' OR purchase_order_id IS NULL),
    CHECK ((transaction_type = 'adjustment') = (reason_code IS NOT NULL)),
    CHECK (transaction_type <> 'opening' OR stock_after = quantity)
);
CREATE INDEX mro_parts_transactions_part ON cmms.mro_parts_transactions (mro_part_id, transaction_date);
CREATE INDEX mro_parts_transactions_date ON cmms.mro_parts_transactions (transaction_date);
CREATE INDEX mro_parts_transactions_maintenance_work_order ON cmms.mro_parts_transactions (maintenance_work_order_id)
    WHERE maintenance_work_order_id IS NOT NULL;
COMMENT ON TABLE cmms.mro_parts_transactions IS 'Movement of a spare part at its store; one row a movement, its opening stock first. The stock never goes below zero.';
COMMENT ON COLUMN cmms.mro_parts_transactions.transaction_id IS 'Key.';
COMMENT ON COLUMN cmms.mro_parts_transactions.mro_part_id IS 'Part at its store.';
COMMENT ON COLUMN cmms.mro_parts_transactions.transaction_type IS 'opening (stock when history begins) | receipt (from a supplier) | issue (to an order) | return (from an order) | adjustment (after a count, or written off).';
COMMENT ON COLUMN cmms.mro_parts_transactions.transaction_date IS 'When it was recorded.';
COMMENT ON COLUMN cmms.mro_parts_transactions.quantity IS 'Change of the stock, negative for issues [units of stock].';
COMMENT ON COLUMN cmms.mro_parts_transactions.stock_after IS 'Stock on hand afterwards [units of stock].';
COMMENT ON COLUMN cmms.mro_parts_transactions.unit_cost IS 'Standard cost, USD a unit of stock.';
COMMENT ON COLUMN cmms.mro_parts_transactions.total_cost IS 'Quantity times unit cost, signed as the quantity, USD.';
COMMENT ON COLUMN cmms.mro_parts_transactions.maintenance_work_order_id IS 'Order; issues and returns only, NULL otherwise.';
COMMENT ON COLUMN cmms.mro_parts_transactions.purchase_order_id IS 'Purchase order; receipts only, NULL otherwise and for those ordered before history begins. -> erp.purchase_orders(purchase_order_id)';
COMMENT ON COLUMN cmms.mro_parts_transactions.supplier_lot_number IS 'Lot of the maker; components received, issued or returned, NULL for consumables.';
COMMENT ON COLUMN cmms.mro_parts_transactions.reason_code IS 'Reason of an adjustment; NULL otherwise.';
COMMENT ON COLUMN cmms.mro_parts_transactions.performed_by IS 'Who recorded it. -> master.employees(employee_id)';

-- External service.
CREATE TABLE cmms.service_contracts (
    contract_id integer PRIMARY KEY,
    contract_number text NOT NULL UNIQUE CHECK (contract_number ~ '^SVC-[0-9]{4}-[0-9]{3,}$'),
    supplier_id integer NOT NULL,
    factory_id integer NOT NULL,
    asset_id integer REFERENCES cmms.maintenance_assets (asset_id),
    asset_type text,
    contract_type text NOT NULL CHECK (contract_type IN ('full_service', 'parts_and_labor', 'inspection', 'on_call')),
    contract_start_date date NOT NULL,
    contract_end_date date NOT NULL,
    contract_value numeric(14, 2) NOT NULL CHECK (contract_value > 0),
    billing_frequency text NOT NULL CHECK (billing_frequency IN ('monthly', 'quarterly', 'yearly')),
    callout_rate numeric(14, 2) NOT NULL CHECK (callout_rate > 0),
    response_time_hours numeric(6, 2) NOT NULL CHECK (response_time_hours > 0),
    resolution_time_hours numeric(6, 2) NOT NULL,
    uptime_guarantee_pct numeric(5, 2) CHECK (uptime_guarantee_pct BETWEEN 0 AND 100),
    renewal_notice_days smallint NOT NULL CHECK (renewal_notice_days > 0),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(asset_id, asset_type) = 1),
    CHECK (contract_start_date < contract_end_date),
    CHECK (response_time_hours < resolution_time_hours),
    CHECK ((contract_type = 'full_service') = (uptime_guarantee_pct IS NOT NULL))
);
CREATE INDEX service_contracts_supplier ON cmms.service_contracts (supplier_id);
CREATE INDEX service_contracts_factory ON cmms.service_contracts (factory_id);
CREATE INDEX service_contracts_asset ON cmms.service_contracts (asset_id) WHERE asset_id IS NOT NULL;
COMMENT ON TABLE cmms.service_contracts IS 'Service contract with a maker or service firm for one asset, or for all assets of a kind at a factory; a renewal is a new row.';
COMMENT ON COLUMN cmms.service_contracts.contract_id IS 'Key.';
COMMENT ON COLUMN cmms.service_contracts.contract_number IS 'Number: year of the start, sequence.';
COMMENT ON COLUMN cmms.service_contracts.supplier_id IS 'Service firm. -> master.suppliers(supplier_id)';
COMMENT ON COLUMN cmms.service_contracts.factory_id IS 'Factory covered. -> master.factories(factory_id)';
COMMENT ON COLUMN cmms.service_contracts.asset_id IS 'Asset covered; NULL if all assets of a kind are.';
COMMENT ON COLUMN cmms.service_contracts.asset_type IS 'Kind of assets covered; NULL if it is one asset.';
COMMENT ON COLUMN cmms.service_contracts.contract_type IS 'full_service (calls free) | parts_and_labor (labour free) | inspection (planned visits only) | on_call (calls at the hourly rate).';
COMMENT ON COLUMN cmms.service_contracts.contract_start_date IS 'First day.';
COMMENT ON COLUMN cmms.service_contracts.contract_end_date IS 'Last day.';
COMMENT ON COLUMN cmms.service_contracts.contract_value IS 'Fee for the whole term, USD.';
COMMENT ON COLUMN cmms.service_contracts.billing_frequency IS 'How often the fee is invoiced.';
COMMENT ON COLUMN cmms.service_contracts.callout_rate IS 'Rate of calls not covered, USD an hour.';
COMMENT ON COLUMN cmms.service_contracts.response_time_hours IS 'Agreed time from call to arrival.';
COMMENT ON COLUMN cmms.service_contracts.resolution_time_hours IS 'Agreed time from call to repair.';
COMMENT ON COLUMN cmms.service_contracts.uptime_guarantee_pct IS 'Guaranteed availability, %; full service only, NULL otherwise.';
COMMENT ON COLUMN cmms.service_contracts.renewal_notice_days IS 'Notice to give before the end, or it renews itself.';
COMMENT ON COLUMN cmms.service_contracts.created_at IS 'When the record was entered.';

CREATE TABLE cmms.service_call_logs (
    call_log_id bigint PRIMARY KEY,
    call_number text NOT NULL UNIQUE CHECK (call_number ~ '^SC-[LF][0-9]+-[0-9]{8}-[0-9]{2,}$'),
    contract_id integer NOT NULL REFERENCES cmms.service_contracts (contract_id),
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    maintenance_work_order_id bigint NOT NULL REFERENCES cmms.work_orders (maintenance_work_order_id),
    priority text NOT NULL CHECK (priority IN ('normal', 'high', 'urgent')),
    call_date timestamptz NOT NULL,
    arrived_at timestamptz,
    resolved_at timestamptz,
    covered_by_contract boolean,
    service_cost numeric(14, 2) CHECK (service_cost >= 0),
    customer_rating smallint CHECK (customer_rating BETWEEN 1 AND 5),
    call_status text NOT NULL CHECK (call_status IN ('called', 'on_site', 'resolved')),
    called_by integer NOT NULL REFERENCES cmms.maintenance_technicians (technician_id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (call_date <= created_at AND created_at <= updated_at),
    CHECK (call_date <= arrived_at),
    CHECK (arrived_at <= resolved_at),
    CHECK (resolved_at <= updated_at),
    CHECK ((call_status = 'called') = (arrived_at IS NULL)),
    CHECK (num_nulls(resolved_at, covered_by_contract, service_cost, customer_rating) = CASE call_status WHEN
        'resolved' THEN 0 ELSE 4 END),
    CHECK (NOT covered_by_contract OR service_cost = 0)
);
CREATE INDEX service_call_logs_asset ON cmms.service_call_logs (asset_id, call_date);
CREATE INDEX service_call_logs_contract ON cmms.service_call_logs (contract_id);
CREATE INDEX service_call_logs_maintenance_work_order ON cmms.service_call_logs (maintenance_work_order_id);
CREATE INDEX service_call_logs_called_by ON cmms.service_call_logs (called_by);
COMMENT ON TABLE cmms.service_call_logs IS 'Call of an external engineer for a maintenance order.';
COMMENT ON COLUMN cmms.service_call_logs.call_log_id IS 'Key.';
COMMENT ON COLUMN cmms.service_call_logs.call_number IS 'Readable number: SC-L<line>, or F<factory> for a utility, date, sequence.';
COMMENT ON COLUMN cmms.service_call_logs.contract_id IS 'Contract it is made under.';
COMMENT ON COLUMN cmms.service_call_logs.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.service_call_logs.maintenance_work_order_id IS 'Order it was made for.';
COMMENT ON COLUMN cmms.service_call_logs.priority IS 'normal | high | urgent (the line is stopped).';
COMMENT ON COLUMN cmms.service_call_logs.call_date IS 'When the firm was called.';
COMMENT ON COLUMN cmms.service_call_logs.arrived_at IS 'Arrival of the engineer; known then.';
COMMENT ON COLUMN cmms.service_call_logs.resolved_at IS 'End of the engineer''s work; known when it ends.';
COMMENT ON COLUMN cmms.service_call_logs.covered_by_contract IS 'Nothing is invoiced; known when the work ends.';
COMMENT ON COLUMN cmms.service_call_logs.service_cost IS 'Charge of the call, USD, 0 if covered; known when the work ends.';
COMMENT ON COLUMN cmms.service_call_logs.customer_rating IS 'Judgement of the technician in charge, 5 the best; known when the work ends.';
COMMENT ON COLUMN cmms.service_call_logs.call_status IS 'called | on_site | resolved; at an instant, rarely other than resolved.';
COMMENT ON COLUMN cmms.service_call_logs.called_by IS 'Technician who called.';
COMMENT ON COLUMN cmms.service_call_logs.created_at IS 'When the call was recorded.';
COMMENT ON COLUMN cmms.service_call_logs.updated_at IS 'Last change of the row.';

-- Cost of orders.
CREATE TABLE cmms.maintenance_costs (
    cost_id bigint PRIMARY KEY,
    maintenance_work_order_id bigint NOT NULL REFERENCES cmms.work_orders (maintenance_work_order_id),
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    cost_center_id integer NOT NULL REFERENCES cmms.maintenance_cost_centers (cost_center_id),
    cost_type text NOT NULL CHECK (cost_type IN ('labor', 'parts', 'contractor')),
    labor_entry_id bigint UNIQUE REFERENCES cmms.labor_time_entries (labor_entry_id),
    parts_transaction_id bigint UNIQUE REFERENCES cmms.mro_parts_transactions (transaction_id),
    call_log_id bigint UNIQUE REFERENCES cmms.service_call_logs (call_log_id),
    cost_amount numeric(14, 2) NOT NULL CHECK (cost_amount <> 0),
    cost_date timestamptz NOT NULL,
    journal_entry_id bigint,
    updated_at timestamptz NOT NULL,
    CHECK (num_nonnulls(labor_entry_id, parts_transaction_id, call_log_id) = 1),
    CHECK ((cost_type = 'labor') = (labor_entry_id IS NOT NULL)),
    CHECK ((cost_type = 'parts') = (parts_transaction_id IS NOT NULL)),
    CHECK (cost_type = 'parts' OR cost_amount > 0),
    CHECK (cost_date <= updated_at)
);
CREATE INDEX maintenance_costs_work_order ON cmms.maintenance_costs (maintenance_work_order_id);
CREATE INDEX maintenance_costs_asset ON cmms.maintenance_costs (asset_id, cost_date);
CREATE INDEX maintenance_costs_cost_center ON cmms.maintenance_costs (cost_center_id, cost_date);
CREATE INDEX maintenance_costs_unposted ON cmms.maintenance_costs (cost_date) WHERE journal_entry_id IS NULL;
COMMENT ON TABLE cmms.maintenance_costs IS 'Cost line of a maintenance order; one row a labour entry, parts movement or charged service call. The lines of an order are its cost.';
COMMENT ON COLUMN cmms.maintenance_costs.cost_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_costs.maintenance_work_order_id IS 'Order.';
COMMENT ON COLUMN cmms.maintenance_costs.asset_id IS 'Asset of the order.';
COMMENT ON COLUMN cmms.maintenance_costs.cost_center_id IS 'Cost centre charged.';
COMMENT ON COLUMN cmms.maintenance_costs.cost_type IS 'labor | parts | contractor.';
COMMENT ON COLUMN cmms.maintenance_costs.labor_entry_id IS 'Labour entry; cost type labor only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_costs.parts_transaction_id IS 'Issue or return; cost type parts only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_costs.call_log_id IS 'Service call; cost type contractor only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_costs.cost_amount IS 'Amount, USD; negative for parts returned.';
COMMENT ON COLUMN cmms.maintenance_costs.cost_date IS 'When the cost arose, and was recorded.';
COMMENT ON COLUMN cmms.maintenance_costs.journal_entry_id IS 'Accounting document; NULL until posted, in the hour after. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN cmms.maintenance_costs.updated_at IS 'Last change of the row.';

-- Components, condition and failures.
CREATE TABLE cmms.asset_components (
    asset_component_id bigint PRIMARY KEY,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    position smallint NOT NULL CHECK (position > 0),
    component text NOT NULL,
    serial_number text NOT NULL UNIQUE,
    mro_part_id integer NOT NULL REFERENCES cmms.mro_parts (mro_part_id),
    fault_code text NOT NULL,
    failure_mode_id integer NOT NULL REFERENCES cmms.failure_codes (failure_code_id),
    supplier_lot_number text,
    installed_at timestamptz NOT NULL,
    installed_by_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    removed_at timestamptz,
    removed_by_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    removal_reason text CHECK (removal_reason IN ('failure', 'predictive', 'preventive')),
    operating_hours_at_removal numeric(12, 2) CHECK (operating_hours_at_removal >= 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (asset_id, position, installed_at),
    CHECK (installed_at < removed_at),
    CHECK (installed_at <= created_at AND created_at <= updated_at),
    CHECK (removed_at <= updated_at),
    CHECK (num_nulls(removed_at, removed_by_work_order_id, removal_reason, operating_hours_at_removal) IN (0, 4))
);
CREATE INDEX asset_components_in_use ON cmms.asset_components (asset_id, position) WHERE removed_at IS NULL;
CREATE INDEX asset_components_part ON cmms.asset_components (mro_part_id, supplier_lot_number);
CREATE INDEX asset_components_failure_mode ON cmms.asset_components (failure_mode_id);
CREATE INDEX asset_components_installed_by_work_order ON cmms.asset_components (installed_by_work_order_id)
    WHERE installed_by_work_order_id IS NOT NULL;
CREATE INDEX asset_components_removed_by_work_order ON cmms.asset_components (removed_by_work_order_id)
    WHERE removed_by_work_order_id IS NOT NULL;
COMMENT ON TABLE cmms.asset_components IS 'Component built into an asset (ISO 14224 maintainable item), from installation to removal; its replacement is a new row. Cutting tools and electrodes, worn within days, are not among them.';
COMMENT ON COLUMN cmms.asset_components.asset_component_id IS 'Key.';
COMMENT ON COLUMN cmms.asset_components.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.asset_components.position IS 'Place of the component in the asset; its replacements follow in the same place.';
COMMENT ON COLUMN cmms.asset_components.component IS 'Kind of component, as in the records of faults.';
COMMENT ON COLUMN cmms.asset_components.serial_number IS 'Number of the item.';
COMMENT ON COLUMN cmms.asset_components.mro_part_id IS 'Spare part it is replaced by.';
COMMENT ON COLUMN cmms.asset_components.fault_code IS 'Code the controller reports when it fails, such as BEAR-001.';
COMMENT ON COLUMN cmms.asset_components.failure_mode_id IS 'Mode in which it fails.';
COMMENT ON COLUMN cmms.asset_components.supplier_lot_number IS 'Lot of the maker; NULL for what came with the asset.';
COMMENT ON COLUMN cmms.asset_components.installed_at IS 'Installation.';
COMMENT ON COLUMN cmms.asset_components.installed_by_work_order_id IS 'Order that installed it; NULL for what was there before history begins.';
COMMENT ON COLUMN cmms.asset_components.removed_at IS 'Removal or failure, whichever ended its use; NULL while in use.';
COMMENT ON COLUMN cmms.asset_components.removed_by_work_order_id IS 'Order that removed it; NULL while in use.';
COMMENT ON COLUMN cmms.asset_components.removal_reason IS 'failure | predictive (failure foreseen) | preventive (by age); the last two censor its life; NULL while in use.';
COMMENT ON COLUMN cmms.asset_components.operating_hours_at_removal IS 'Age when its use ended, planned operating hours since installation; NULL while in use.';
COMMENT ON COLUMN cmms.asset_components.created_at IS 'When the row was recorded.';
COMMENT ON COLUMN cmms.asset_components.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.condition_monitoring_alerts (
    alert_id bigint PRIMARY KEY,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    asset_component_id bigint REFERENCES cmms.asset_components (asset_component_id),
    suspected_failure_mode_id integer REFERENCES cmms.failure_codes (failure_code_id),
    machine_fault_id bigint,
    sensor_id integer NOT NULL,
    alert_time timestamptz NOT NULL,
    alert_level text NOT NULL CHECK (alert_level IN ('warning', 'critical')),
    trigger_value double precision NOT NULL,
    threshold_value double precision NOT NULL,
    anomaly_score double precision NOT NULL CHECK (anomaly_score BETWEEN 0 AND 1),
    estimated_lead_time_hours numeric(8, 2) CHECK (estimated_lead_time_hours > 0),
    acknowledged_by integer,
    acknowledged_at timestamptz,
    maintenance_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    outcome text CHECK (outcome IN ('confirmed', 'no_fault_found', 'sensor_fault', 'failed_first', 'not_inspected')),
    closed_at timestamptz,
    alert_status text NOT NULL CHECK (alert_status IN ('open', 'acknowledged', 'closed')),
    updated_at timestamptz NOT NULL,
    CHECK (alert_time <= acknowledged_at),
    CHECK (alert_time <= closed_at AND acknowledged_at <= closed_at),
    CHECK (alert_time <= updated_at AND closed_at <= updated_at),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK (maintenance_work_order_id IS NULL OR acknowledged_at IS NOT NULL),
    CHECK ((suspected_failure_mode_id IS NULL) = (estimated_lead_time_hours IS NULL)),
    CHECK (CASE alert_status WHEN 'open' THEN acknowledged_at IS NULL WHEN 'acknowledged' THEN acknowledged_at IS NOT
        NULL ELSE true END),
    CHECK ((alert_status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((alert_status = 'closed') = (outcome IS NOT NULL)),
    CHECK (outcome NOT IN ('confirmed', 'no_fault_found', 'sensor_fault') OR maintenance_work_order_id IS NOT NULL)
);
CREATE INDEX condition_monitoring_alerts_asset ON cmms.condition_monitoring_alerts (asset_id, alert_time);
CREATE INDEX condition_monitoring_alerts_sensor ON cmms.condition_monitoring_alerts (sensor_id, alert_time);
CREATE INDEX condition_monitoring_alerts_machine_fault ON cmms.condition_monitoring_alerts (machine_fault_id)
    WHERE machine_fault_id IS NOT NULL;
CREATE INDEX condition_monitoring_alerts_open ON cmms.condition_monitoring_alerts (alert_time)
    WHERE alert_status <> 'closed';
CREATE INDEX condition_monitoring_alerts_asset_component ON cmms.condition_monitoring_alerts (asset_component_id)
    WHERE asset_component_id IS NOT NULL;
CREATE INDEX condition_monitoring_alerts_suspected_failure_mode
    ON cmms.condition_monitoring_alerts (suspected_failure_mode_id) WHERE suspected_failure_mode_id IS NOT NULL;
CREATE INDEX condition_monitoring_alerts_maintenance_work_order
    ON cmms.condition_monitoring_alerts (maintenance_work_order_id) WHERE maintenance_work_order_id IS NOT NULL;
COMMENT ON TABLE cmms.condition_monitoring_alerts IS 'Alert of condition monitoring: readings of a sensor beyond a limit for several samples, judged as a failure to come; some are false.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.alert_id IS 'Key.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.asset_component_id IS 'Component suspected; NULL if the reading points to none.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.suspected_failure_mode_id IS 'Failure mode suspected; NULL if the reading points to none.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.machine_fault_id IS 'Warning of the machine that raised it; NULL for those before history begins. -> operations.machine_faults(fault_id)';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.sensor_id IS 'Sensor. ~> operations.sensor_health(sensor_id)';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.alert_time IS 'When it was raised and recorded.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.alert_level IS 'Limit passed: warning | critical.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.trigger_value IS 'Reading that raised it, in the unit of the sensor.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.threshold_value IS 'Limit passed, in the unit of the sensor.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.anomaly_score IS 'How unlike the healthy state the readings are, 0 to 1.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.estimated_lead_time_hours IS 'Estimated time to the failure; NULL without a suspected mode.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.acknowledged_by IS 'Person who took it on; NULL until then. -> master.employees(employee_id)';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.acknowledged_at IS 'When it was taken on; NULL until then.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.maintenance_work_order_id IS 'Order opened for it; NULL until then, and for about 2 in 3 for good.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.outcome IS 'confirmed (damage found) | no_fault_found | sensor_fault | failed_first (failed before anyone came) | not_inspected; NULL until closed.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.closed_at IS 'When it was closed; NULL until then.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.alert_status IS 'open | acknowledged | closed.';
COMMENT ON COLUMN cmms.condition_monitoring_alerts.updated_at IS 'Last change of the row.';

CREATE TABLE cmms.failure_reports (
    failure_report_id bigint PRIMARY KEY,
    report_number text NOT NULL UNIQUE CHECK (report_number ~ '^FR-[LF][0-9]+-[0-9]{8}-[0-9]{2,}$'),
    maintenance_work_order_id bigint NOT NULL UNIQUE REFERENCES cmms.work_orders (maintenance_work_order_id),
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    asset_component_id bigint REFERENCES cmms.asset_components (asset_component_id),
    machine_fault_id bigint,
    failure_mode_id integer NOT NULL REFERENCES cmms.failure_codes (failure_code_id),
    failure_mechanism_id integer NOT NULL REFERENCES cmms.failure_codes (failure_code_id),
    failure_cause_id integer NOT NULL REFERENCES cmms.failure_codes (failure_code_id),
    detection_method_id integer NOT NULL REFERENCES cmms.failure_codes (failure_code_id),
    failure_impact text NOT NULL CHECK (failure_impact IN ('critical', 'degraded', 'incipient')),
    plant_effect text NOT NULL CHECK (plant_effect IN ('line_stopped', 'line_slowed', 'none')),
    failed_at timestamptz NOT NULL,
    operating_hours_at_failure numeric(12, 2) CHECK (operating_hours_at_failure >= 0),
    response_minutes numeric(10, 2) NOT NULL CHECK (response_minutes >= 0),
    active_repair_hours numeric(8, 2) NOT NULL CHECK (active_repair_hours >= 0),
    technician_id integer NOT NULL REFERENCES cmms.maintenance_technicians (technician_id),
    created_at timestamptz NOT NULL,
    CHECK (failed_at <= created_at),
    CHECK ((asset_component_id IS NULL) = (operating_hours_at_failure IS NULL))
);
CREATE INDEX failure_reports_asset ON cmms.failure_reports (asset_id, failed_at);
CREATE INDEX failure_reports_machine_fault ON cmms.failure_reports (machine_fault_id)
    WHERE machine_fault_id IS NOT NULL;
CREATE INDEX failure_reports_date ON cmms.failure_reports (failed_at);
CREATE INDEX failure_reports_asset_component ON cmms.failure_reports (asset_component_id)
    WHERE asset_component_id IS NOT NULL;
CREATE INDEX failure_reports_failure_mode ON cmms.failure_reports (failure_mode_id);
CREATE INDEX failure_reports_failure_mechanism ON cmms.failure_reports (failure_mechanism_id);
CREATE INDEX failure_reports_failure_cause ON cmms.failure_reports (failure_cause_id);
CREATE INDEX failure_reports_detection_method ON cmms.failure_reports (detection_method_id);
CREATE INDEX failure_reports_technician ON cmms.failure_reports (technician_id);
COMMENT ON TABLE cmms.failure_reports IS 'Failure data sheet (ISO 14224) of a breakdown or repair, filed when the work ends; one row an order that found damage, before or after it stopped the asset.';
COMMENT ON COLUMN cmms.failure_reports.failure_report_id IS 'Key.';
COMMENT ON COLUMN cmms.failure_reports.report_number IS 'Readable number with the parts of the order''s.';
COMMENT ON COLUMN cmms.failure_reports.maintenance_work_order_id IS 'Order of the repair.';
COMMENT ON COLUMN cmms.failure_reports.asset_id IS 'Asset that failed.';
COMMENT ON COLUMN cmms.failure_reports.asset_component_id IS 'Component that failed; every breakdown has one, NULL for stops repaired by adjusting.';
COMMENT ON COLUMN cmms.failure_reports.machine_fault_id IS 'Fault; NULL for utilities. -> operations.machine_faults(fault_id)';
COMMENT ON COLUMN cmms.failure_reports.failure_mode_id IS 'Failure mode.';
COMMENT ON COLUMN cmms.failure_reports.failure_mechanism_id IS 'Failure mechanism.';
COMMENT ON COLUMN cmms.failure_reports.failure_cause_id IS 'Failure cause.';
COMMENT ON COLUMN cmms.failure_reports.detection_method_id IS 'How the failure was detected.';
COMMENT ON COLUMN cmms.failure_reports.failure_impact IS 'Effect on the asset: critical (function lost at once) | degraded (function impaired) | incipient (none yet).';
COMMENT ON COLUMN cmms.failure_reports.plant_effect IS 'Effect on production: line_stopped | line_slowed | none.';
COMMENT ON COLUMN cmms.failure_reports.failed_at IS 'When the failure occurred or was found.';
COMMENT ON COLUMN cmms.failure_reports.operating_hours_at_failure IS 'Age of the component, planned operating hours since installation; NULL without a component.';
COMMENT ON COLUMN cmms.failure_reports.response_minutes IS 'From request to start of the work.';
COMMENT ON COLUMN cmms.failure_reports.active_repair_hours IS 'Time worked, without waiting for parts.';
COMMENT ON COLUMN cmms.failure_reports.technician_id IS 'Technician who filed it.';
COMMENT ON COLUMN cmms.failure_reports.created_at IS 'When it was filed.';

-- History and key figures.
CREATE TABLE cmms.maintenance_history (
    history_id bigint PRIMARY KEY,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    maintenance_work_order_id bigint NOT NULL REFERENCES cmms.work_orders (maintenance_work_order_id),
    event_type text NOT NULL
        CHECK (event_type IN ('failure', 'component_replaced', 'service_visit', 'work_done', 'work_missed')),
    event_date timestamptz NOT NULL,
    asset_component_id bigint REFERENCES cmms.asset_components (asset_component_id),
    failure_mode_id integer REFERENCES cmms.failure_codes (failure_code_id),
    meter_hours numeric(14, 3) CHECK (meter_hours >= 0),
    downtime_hours numeric(10, 2) CHECK (downtime_hours >= 0),
    total_cost numeric(14, 2) CHECK (total_cost >= 0),
    performed_by integer REFERENCES cmms.maintenance_technicians (technician_id),
    created_at timestamptz NOT NULL,
    CHECK (event_date <= created_at),
    CHECK ((event_type = 'failure') = (failure_mode_id IS NOT NULL)),
    CHECK (CASE event_type WHEN 'component_replaced' THEN asset_component_id IS NOT NULL WHEN 'failure' THEN true ELSE
        asset_component_id IS NULL END),
    CHECK (num_nonnulls(downtime_hours, total_cost) = CASE event_type WHEN 'work_done' THEN 2 ELSE 0 END),
    CHECK ((event_type = 'work_missed') = (performed_by IS NULL))
);
CREATE INDEX maintenance_history_asset ON cmms.maintenance_history (asset_id, event_date);
CREATE INDEX maintenance_history_date ON cmms.maintenance_history (event_date);
CREATE INDEX maintenance_history_maintenance_work_order ON cmms.maintenance_history (maintenance_work_order_id);
CREATE INDEX maintenance_history_asset_component ON cmms.maintenance_history (asset_component_id)
    WHERE asset_component_id IS NOT NULL;
CREATE INDEX maintenance_history_failure_mode ON cmms.maintenance_history (failure_mode_id)
    WHERE failure_mode_id IS NOT NULL;
CREATE INDEX maintenance_history_performed_by ON cmms.maintenance_history (performed_by) WHERE performed_by IS NOT NULL;
COMMENT ON TABLE cmms.maintenance_history IS 'Journal of an asset: what happened to it, written when the order behind it is closed or cancelled.';
COMMENT ON COLUMN cmms.maintenance_history.history_id IS 'Key.';
COMMENT ON COLUMN cmms.maintenance_history.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.maintenance_history.maintenance_work_order_id IS 'Order.';
COMMENT ON COLUMN cmms.maintenance_history.event_type IS 'failure | component_replaced | service_visit (external engineer) | work_done (the order as a whole) | work_missed (cancelled, its time passed).';
COMMENT ON COLUMN cmms.maintenance_history.event_date IS 'When it happened; for work_done, when the work ended.';
COMMENT ON COLUMN cmms.maintenance_history.asset_component_id IS 'Component that failed or was put in; failures and replacements of components only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_history.failure_mode_id IS 'Failure mode; failures only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_history.meter_hours IS 'Running hours of the asset by its last reading; NULL without a meter.';
COMMENT ON COLUMN cmms.maintenance_history.downtime_hours IS 'Time the asset stood still for it; work_done only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_history.total_cost IS 'Cost of the order, USD; work_done only, NULL otherwise.';
COMMENT ON COLUMN cmms.maintenance_history.performed_by IS 'Technician in charge; NULL for work missed.';
COMMENT ON COLUMN cmms.maintenance_history.created_at IS 'When the entry was written.';

CREATE TABLE cmms.asset_reliability_metrics (
    metric_id bigint PRIMARY KEY,
    asset_id integer NOT NULL REFERENCES cmms.maintenance_assets (asset_id),
    period_start_date date NOT NULL,
    period_end_date date NOT NULL,
    operating_hours numeric(10, 2) NOT NULL CHECK (operating_hours >= 0),
    planned_downtime_hours numeric(10, 2) NOT NULL CHECK (planned_downtime_hours >= 0),
    unplanned_downtime_hours numeric(10, 2) NOT NULL CHECK (unplanned_downtime_hours >= 0),
    repair_hours numeric(10, 2) NOT NULL CHECK (repair_hours >= 0),
    number_of_failures integer NOT NULL CHECK (number_of_failures >= 0),
    mtbf_hours double precision CHECK (mtbf_hours >= 0),
    mttr_hours double precision CHECK (mttr_hours >= 0),
    availability_pct double precision NOT NULL CHECK (availability_pct BETWEEN 0 AND 100),
    pm_work_orders integer NOT NULL CHECK (pm_work_orders >= 0),
    pm_work_orders_on_time integer NOT NULL CHECK (pm_work_orders_on_time BETWEEN 0 AND pm_work_orders),
    cm_work_orders integer NOT NULL CHECK (cm_work_orders >= 0),
    breakdown_work_orders integer NOT NULL CHECK (breakdown_work_orders >= 0),
    labor_cost numeric(14, 2) NOT NULL CHECK (labor_cost >= 0),
    parts_cost numeric(14, 2) NOT NULL,
    contractor_cost numeric(14, 2) NOT NULL CHECK (contractor_cost >= 0),
    total_maintenance_cost numeric(14, 2) NOT NULL,
    production_units bigint NOT NULL CHECK (production_units >= 0),
    production_loss_units integer NOT NULL CHECK (production_loss_units >= 0),
    created_at timestamptz NOT NULL,
    UNIQUE (asset_id, period_start_date),
    CHECK (period_start_date < period_end_date),
    CHECK (num_nulls(mtbf_hours, mttr_hours) = CASE number_of_failures WHEN 0 THEN 2 ELSE 0 END),
    CHECK (total_maintenance_cost = labor_cost + parts_cost + contractor_cost)
);
CREATE INDEX asset_reliability_metrics_period ON cmms.asset_reliability_metrics (period_start_date);
COMMENT ON TABLE cmms.asset_reliability_metrics IS 'Reliability, availability and cost of an asset in a calendar month, computed after it from orders, failures and meters.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.metric_id IS 'Key.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.asset_id IS 'Asset.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.period_start_date IS 'First day of the month.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.period_end_date IS 'Last day of the month.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.operating_hours IS 'Time running.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.planned_downtime_hours IS 'Standing still for planned maintenance and planned repairs.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.unplanned_downtime_hours IS 'Standing still after failures, waiting for technicians and parts included.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.repair_hours IS 'Active repair time after failures.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.number_of_failures IS 'Failure reports of the month with impact critical.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.mtbf_hours IS 'Mean time between failures: operating hours over failures; NULL without a failure.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.mttr_hours IS 'Mean time to repair: repair hours over failures; NULL without a failure.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.availability_pct IS 'Operating hours over operating and repair hours, which is MTBF / (MTBF + MTTR); 100 if it neither ran nor was repaired.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.pm_work_orders IS 'Preventive orders due in the month.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.pm_work_orders_on_time IS 'Those of them done by their due date.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.cm_work_orders IS 'Corrective and predictive orders completed.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.breakdown_work_orders IS 'Breakdown orders completed.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.labor_cost IS 'Labour, USD.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.parts_cost IS 'Parts less returns, USD.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.contractor_cost IS 'Contractors, USD.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.total_maintenance_cost IS 'Sum of the cost lines of the month, USD.';
COMMENT ON COLUMN cmms.asset_reliability_metrics.production_units IS 'Parts made; 0 for a utility [parts].';
COMMENT ON COLUMN cmms.asset_reliability_metrics.production_loss_units IS 'Parts lost in unplanned downtime [parts].';
COMMENT ON COLUMN cmms.asset_reliability_metrics.created_at IS 'When it was computed.';

-- Messages.
CREATE TABLE cmms.cmms_integration_log (
    integration_log_id bigint PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type IN ('machine_fault', 'cost_posting')),
    idempotency_key text NOT NULL UNIQUE,
    source_table text NOT NULL,
    source_pk bigint NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    batch_id bigint NOT NULL,
    low_watermark bigint NOT NULL CHECK (low_watermark >= 0),
    high_watermark bigint NOT NULL,
    source_time timestamptz NOT NULL,
    machine_fault_id bigint,
    machine_id integer,
    fault_code text,
    fault_severity text CHECK (fault_severity IN ('major', 'critical')),
    cost_id bigint REFERENCES cmms.maintenance_costs (cost_id),
    journal_entry_id bigint,
    maintenance_work_order_id bigint REFERENCES cmms.work_orders (maintenance_work_order_id),
    payload_hash bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('applied', 'rejected')),
    attempt_count smallint NOT NULL CHECK (attempt_count > 0),
    error_message text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    updated_at timestamptz NOT NULL,
    CHECK (low_watermark < high_watermark),
    CHECK (num_nulls(machine_fault_id, machine_id, fault_code, fault_severity) = CASE document_type WHEN
        'machine_fault' THEN 0 ELSE 4 END),
    CHECK (num_nulls(cost_id, journal_entry_id) = CASE document_type WHEN 'cost_posting' THEN 0 ELSE 2 END),
    CHECK (source_time <= received_at),
    CHECK (received_at <= applied_at),
    CHECK (received_at <= updated_at AND applied_at <= updated_at),
    CHECK ((status = 'applied') = (applied_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR error_message IS NOT NULL)
);
CREATE INDEX cmms_integration_log_source ON cmms.cmms_integration_log (source_table, source_pk);
CREATE INDEX cmms_integration_log_machine_fault ON cmms.cmms_integration_log (machine_fault_id)
    WHERE machine_fault_id IS NOT NULL;
CREATE INDEX cmms_integration_log_batch ON cmms.cmms_integration_log (batch_id);
CREATE INDEX cmms_integration_log_cost ON cmms.cmms_integration_log (cost_id) WHERE cost_id IS NOT NULL;
CREATE INDEX cmms_integration_log_maintenance_work_order ON cmms.cmms_integration_log (maintenance_work_order_id)
    WHERE maintenance_work_order_id IS NOT NULL;
COMMENT ON TABLE cmms.cmms_integration_log IS 'Message received from another system, one row a version of its source row; delivered at least once, applied once. Written by flow: machine state to manufacturing.';
COMMENT ON COLUMN cmms.cmms_integration_log.integration_log_id IS 'Key.';
COMMENT ON COLUMN cmms.cmms_integration_log.document_type IS 'machine_fault (from operations: a fault that may need repair) | cost_posting (from accounting: a cost line was posted). Each has payload columns of its own, NULL in the other.';
COMMENT ON COLUMN cmms.cmms_integration_log.idempotency_key IS 'Hash of flow, source row and version; a second delivery finds it taken.';
COMMENT ON COLUMN cmms.cmms_integration_log.source_table IS 'Table of the source row, schema.table.';
COMMENT ON COLUMN cmms.cmms_integration_log.source_pk IS 'Key of the source row.';
COMMENT ON COLUMN cmms.cmms_integration_log.version IS 'Version of the source row, from 1; the highest one wins.';
COMMENT ON COLUMN cmms.cmms_integration_log.batch_id IS 'Batch that delivered the message.';
COMMENT ON COLUMN cmms.cmms_integration_log.low_watermark IS 'Commit sequence of the source after which the batch begins; equals the high watermark of the batch before it.';
COMMENT ON COLUMN cmms.cmms_integration_log.high_watermark IS 'Commit sequence of the source with which the batch ends.';
COMMENT ON COLUMN cmms.cmms_integration_log.source_time IS 'Time of the source row.';
COMMENT ON COLUMN cmms.cmms_integration_log.machine_fault_id IS 'Payload of a fault: the fault. -> operations.machine_faults(fault_id)';
COMMENT ON COLUMN cmms.cmms_integration_log.machine_id IS 'Payload of a fault: its machine. -> master.machines(machine_id)';
COMMENT ON COLUMN cmms.cmms_integration_log.fault_code IS 'Payload of a fault: its code.';
COMMENT ON COLUMN cmms.cmms_integration_log.fault_severity IS 'Payload of a fault: major (stop of five minutes and more) | critical (breakdown).';
COMMENT ON COLUMN cmms.cmms_integration_log.cost_id IS 'Payload of a posting: the cost line.';
COMMENT ON COLUMN cmms.cmms_integration_log.journal_entry_id IS 'Payload of a posting: the accounting document. -> erp.journal_entries(journal_entry_id)';
COMMENT ON COLUMN cmms.cmms_integration_log.maintenance_work_order_id IS 'Order opened for the fault, or charged with the cost; NULL if a fault needed none, and until applied.';
COMMENT ON COLUMN cmms.cmms_integration_log.payload_hash IS '64-bit hash of the payload; sums over a batch compare with the source.';
COMMENT ON COLUMN cmms.cmms_integration_log.status IS 'applied | rejected (until a later attempt applies it).';
COMMENT ON COLUMN cmms.cmms_integration_log.attempt_count IS 'Deliveries attempted so far.';
COMMENT ON COLUMN cmms.cmms_integration_log.error_message IS 'Error of the last failed attempt; NULL if none failed.';
COMMENT ON COLUMN cmms.cmms_integration_log.received_at IS 'When the message first arrived, simulated time.';
COMMENT ON COLUMN cmms.cmms_integration_log.applied_at IS 'When it was applied, simulated time; known when applied.';
COMMENT ON COLUMN cmms.cmms_integration_log.updated_at IS 'Last change of the row.';
