-- Operations: what the machines and their sensors report, and what was done to them. One row a sensor
-- a minute, one row a machine every two minutes, and the episodes (faults, runs, maintenance) behind them.
-- Production days start at 06:00 factory-local; shifts are 1 early, 2 late, 3 night. Money is USD.

CREATE SCHEMA operations;
CREATE SCHEMA IF NOT EXISTS published;

-- Carries what is fixed about a sensor (type, range, limits), so that it is also the sensor master.
CREATE TABLE operations.sensor_health (
    health_id bigint PRIMARY KEY,
    sensor_id integer NOT NULL,
    machine_id integer NOT NULL,
    "timestamp" timestamptz NOT NULL,
    sensor_code text NOT NULL,
    sensor_name text NOT NULL,
    sensor_type text NOT NULL,
    measurement_unit text NOT NULL,
    measurement_range_min double precision NOT NULL,
    measurement_range_max double precision NOT NULL,
    resolution double precision NOT NULL CHECK (resolution > 0),
    sampling_interval_seconds integer NOT NULL CHECK (sampling_interval_seconds BETWEEN 1 AND 3600),
    warning_threshold_min double precision,
    warning_threshold_max double precision,
    critical_threshold_min double precision,
    critical_threshold_max double precision,
    calibration_date date NOT NULL,
    calibration_frequency_days integer NOT NULL CHECK (calibration_frequency_days > 0),
    days_since_calibration integer NOT NULL CHECK (days_since_calibration >= 0),
    is_calibration_due boolean NOT NULL,
    readings_expected integer NOT NULL CHECK (readings_expected >= 0),
    readings_received integer NOT NULL CHECK (readings_received >= 0),
    packet_loss_percentage double precision NOT NULL CHECK (packet_loss_percentage BETWEEN 0 AND 100),
    average_value double precision,
    noise_level double precision CHECK (noise_level >= 0),
    drift_percentage double precision NOT NULL,
    calibration_drift_detected boolean NOT NULL,
    stuck_value_detected boolean NOT NULL,
    erratic_readings_detected boolean NOT NULL,
    out_of_range_readings integer NOT NULL CHECK (out_of_range_readings >= 0),
    average_latency_ms double precision NOT NULL CHECK (average_latency_ms >= 0),
    last_communication timestamptz,
    health_score double precision NOT NULL CHECK (health_score BETWEEN 0 AND 100),
    overall_status text NOT NULL CHECK (overall_status IN ('healthy', 'degraded', 'faulty', 'offline')),
    created_at timestamptz NOT NULL,
    UNIQUE (sensor_id, "timestamp"),
    CHECK (measurement_range_min < measurement_range_max),
    CHECK (warning_threshold_min < warning_threshold_max),
    CHECK (critical_threshold_min < warning_threshold_min),
    CHECK (warning_threshold_max < critical_threshold_max),
    CHECK (readings_received <= readings_expected),
    CHECK (is_calibration_due = (days_since_calibration >= calibration_frequency_days)),
    CHECK (last_communication <= "timestamp"),
    CHECK (created_at >= "timestamp")
);
CREATE INDEX sensor_health_machine ON operations.sensor_health (machine_id, "timestamp");
CREATE INDEX sensor_health_time ON operations.sensor_health ("timestamp");
COMMENT ON TABLE operations.sensor_health IS 'State of a sensor over the past three hours, with the fixed data of the sensor; one row a sensor and interval.';
COMMENT ON COLUMN operations.sensor_health.health_id IS 'Key.';
COMMENT ON COLUMN operations.sensor_health.sensor_id IS 'Sensor; with the end of the interval it names one row.';
COMMENT ON COLUMN operations.sensor_health.machine_id IS 'Machine the sensor is mounted on. -> master.machines(machine_id)';
COMMENT ON COLUMN operations.sensor_health."timestamp" IS 'End of the interval assessed.';
COMMENT ON COLUMN operations.sensor_health.sensor_code IS 'Tag of the instrument on the shop floor.';
COMMENT ON COLUMN operations.sensor_health.sensor_name IS 'Measuring point on the machine.';
COMMENT ON COLUMN operations.sensor_health.sensor_type IS 'Quantity measured.';
COMMENT ON COLUMN operations.sensor_health.measurement_unit IS 'Unit of the readings, and of every range, threshold and value of this row.';
COMMENT ON COLUMN operations.sensor_health.measurement_range_min IS 'Lowest value the instrument can show.';
COMMENT ON COLUMN operations.sensor_health.measurement_range_max IS 'Highest value the instrument can show.';
COMMENT ON COLUMN operations.sensor_health.resolution IS 'Smallest difference the instrument shows.';
COMMENT ON COLUMN operations.sensor_health.sampling_interval_seconds IS 'Time between two readings while the machine is powered.';
COMMENT ON COLUMN operations.sensor_health.warning_threshold_min IS 'A reading below it is a warning; NULL if low values are harmless.';
COMMENT ON COLUMN operations.sensor_health.warning_threshold_max IS 'A reading above it is a warning; NULL if high values are harmless.';
COMMENT ON COLUMN operations.sensor_health.critical_threshold_min IS 'A reading below it is critical; NULL if low values are harmless.';
COMMENT ON COLUMN operations.sensor_health.critical_threshold_max IS 'A reading above it is critical; NULL if high values are harmless.';
COMMENT ON COLUMN operations.sensor_health.calibration_date IS 'Day of the last calibration.';
COMMENT ON COLUMN operations.sensor_health.calibration_frequency_days IS 'Planned time between calibrations.';
COMMENT ON COLUMN operations.sensor_health.days_since_calibration IS 'Days from the last calibration to the end of the interval.';
COMMENT ON COLUMN operations.sensor_health.is_calibration_due IS 'The planned time between calibrations has passed.';
COMMENT ON COLUMN operations.sensor_health.readings_expected IS 'Readings due in the interval: one each sampling interval while the machine was powered.';
COMMENT ON COLUMN operations.sensor_health.readings_received IS 'Readings that arrived.';
COMMENT ON COLUMN operations.sensor_health.packet_loss_percentage IS 'Share of the readings due that did not arrive; 0 if none were due.';
COMMENT ON COLUMN operations.sensor_health.average_value IS 'Mean of the readings of the interval; NULL without readings.';
COMMENT ON COLUMN operations.sensor_health.noise_level IS 'Standard deviation between successive readings, divided by the square root of two; NULL with fewer than three readings.';
COMMENT ON COLUMN operations.sensor_health.drift_percentage IS 'Estimated deviation from the true value since the last calibration, in percent of the measuring range; negative if it reads low.';
COMMENT ON COLUMN operations.sensor_health.calibration_drift_detected IS 'The self-check found drift; it misses some drifts and sometimes errs.';
COMMENT ON COLUMN operations.sensor_health.stuck_value_detected IS 'The self-check found an unchanging reading; it misses some and sometimes errs.';
COMMENT ON COLUMN operations.sensor_health.erratic_readings_detected IS 'The self-check found excessive noise.';
COMMENT ON COLUMN operations.sensor_health.out_of_range_readings IS 'Readings beyond a critical threshold in the interval.';
COMMENT ON COLUMN operations.sensor_health.average_latency_ms IS 'Mean time from measuring to arrival.';
COMMENT ON COLUMN operations.sensor_health.last_communication IS 'Time of the last reading that arrived in the interval; NULL without one.';
COMMENT ON COLUMN operations.sensor_health.health_score IS 'Condition of the measuring chain, 100 for perfect to 0 for useless [points].';
COMMENT ON COLUMN operations.sensor_health.overall_status IS 'healthy | degraded (loss, noise or overdue calibration) | faulty (drift, stuck or erratic) | offline (readings due, none received).';
COMMENT ON COLUMN operations.sensor_health.created_at IS 'When the row was recorded.';

-- Order of the columns: no padding, 60 bytes a row with its line pointer. No constraints to evaluate for
-- each of a billion rows, and no primary key: (sensor_id, timestamp) is unique by construction.
CREATE TABLE operations.sensor_data (
    "timestamp" timestamptz NOT NULL,
    sensor_id integer NOT NULL,
    machine_id integer NOT NULL,
    measurement_value double precision NOT NULL,
    status smallint NOT NULL,
    quality smallint NOT NULL
) PARTITION BY RANGE ("timestamp");
-- A day is sorted by (sensor_id, timestamp): one sensor's day, or one machine's, lies in neighbouring pages.
CREATE INDEX sensor_data_sensor ON operations.sensor_data
    USING brin (sensor_id, machine_id) WITH (pages_per_range = 32);
COMMENT ON TABLE operations.sensor_data IS 'Reading of a sensor; one row a sensor and sampling interval while its machine is powered.';
COMMENT ON COLUMN operations.sensor_data."timestamp" IS 'When the value was measured.';
COMMENT ON COLUMN operations.sensor_data.sensor_id IS 'Sensor; its unit, range and thresholds are in sensor_health. ~> operations.sensor_health(sensor_id)';
COMMENT ON COLUMN operations.sensor_data.machine_id IS 'Machine the sensor is mounted on. -> master.machines(machine_id)';
COMMENT ON COLUMN operations.sensor_data.measurement_value IS 'Value shown by the instrument, in the unit of the sensor, a multiple of its resolution.';
COMMENT ON COLUMN operations.sensor_data.status IS 'Value against the thresholds: -2 below critical, -1 below warning, 0 normal, 1 above warning, 2 above critical.';
COMMENT ON COLUMN operations.sensor_data.quality IS 'Quality reported by the measuring chain (OPC UA style): 192 good, 64 uncertain, 0 bad.';

-- Order of the columns: eight-byte values first, texts last, so that no row is padded.
CREATE TABLE operations.scada_machine_data (
    "timestamp" timestamptz NOT NULL,
    scada_id bigint NOT NULL,
    parts_produced_cumulative bigint NOT NULL CHECK (parts_produced_cumulative >= 0),
    work_order_id bigint,
    last_fault_timestamp timestamptz,
    machine_id integer NOT NULL,
    line_id integer NOT NULL,
    operator_id integer,
    parts_produced_shift integer NOT NULL CHECK (parts_produced_shift >= 0),
    parts_rejected_shift integer NOT NULL CHECK (parts_rejected_shift >= 0),
    target_cycle_time_seconds real CHECK (target_cycle_time_seconds > 0),
    actual_cycle_time_seconds real CHECK (actual_cycle_time_seconds > 0),
    power_consumption_kw real NOT NULL CHECK (power_consumption_kw >= 0),
    energy_consumed_kwh real NOT NULL CHECK (energy_consumed_kwh >= 0),
    uptime_seconds_shift smallint NOT NULL CHECK (uptime_seconds_shift >= 0),
    setup_seconds_shift smallint NOT NULL CHECK (setup_seconds_shift >= 0),
    downtime_seconds_shift smallint NOT NULL CHECK (downtime_seconds_shift >= 0),
    minor_stop_seconds_shift smallint NOT NULL CHECK (minor_stop_seconds_shift >= 0),
    idle_seconds_shift smallint NOT NULL CHECK (idle_seconds_shift >= 0),
    planned_stop_seconds_shift smallint NOT NULL CHECK (planned_stop_seconds_shift >= 0),
    shift_id smallint NOT NULL CHECK (shift_id BETWEEN 1 AND 3),
    active_alarms smallint NOT NULL CHECK (active_alarms >= 0),
    machine_state text NOT NULL CHECK (machine_state IN
        ('off', 'planned_stop', 'unscheduled', 'setup', 'running', 'idle', 'minor_stop', 'down')),
    operation_mode text NOT NULL CHECK (operation_mode IN ('automatic', 'setup', 'maintenance', 'off')),
    fault_code text,
    CHECK (parts_rejected_shift <= parts_produced_shift),
    CHECK (last_fault_timestamp <= "timestamp")
) PARTITION BY RANGE ("timestamp");
-- A day is sorted by (machine_id, timestamp), as sensor_data is by sensor.
CREATE INDEX scada_machine_data_machine ON operations.scada_machine_data
    USING brin (machine_id) WITH (pages_per_range = 8);
COMMENT ON TABLE operations.scada_machine_data IS 'State and counters of a machine as its controller shows them (ISA-95 level 2); one row a machine every two minutes.';
COMMENT ON COLUMN operations.scada_machine_data."timestamp" IS 'When the controller was read.';
COMMENT ON COLUMN operations.scada_machine_data.scada_id IS 'Number of the message; unique.';
COMMENT ON COLUMN operations.scada_machine_data.parts_produced_cumulative IS 'Parts made since the machine was installed; never decreases.';
COMMENT ON COLUMN operations.scada_machine_data.work_order_id IS 'Production order on the machine; NULL without one. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN operations.scada_machine_data.last_fault_timestamp IS 'Start of the latest fault that stopped the machine; NULL if there was none yet.';
COMMENT ON COLUMN operations.scada_machine_data.machine_id IS 'Machine. -> master.machines(machine_id)';
COMMENT ON COLUMN operations.scada_machine_data.line_id IS 'Line of the machine. -> master.production_lines(line_id)';
COMMENT ON COLUMN operations.scada_machine_data.operator_id IS 'Operator logged on; NULL when nobody is. -> master.employees(employee_id)';
COMMENT ON COLUMN operations.scada_machine_data.parts_produced_shift IS 'Parts made since the shift began, rejects included.';
COMMENT ON COLUMN operations.scada_machine_data.parts_rejected_shift IS 'Rejects since the shift began: scrapped or set aside for rework.';
COMMENT ON COLUMN operations.scada_machine_data.uptime_seconds_shift IS 'Time running since the shift began. The six times of the shift add up to the time since it began.';
COMMENT ON COLUMN operations.scada_machine_data.setup_seconds_shift IS 'Time in setup (changeover) since the shift began.';
COMMENT ON COLUMN operations.scada_machine_data.downtime_seconds_shift IS 'Time stopped for five minutes and more by a fault, since the shift began.';
COMMENT ON COLUMN operations.scada_machine_data.minor_stop_seconds_shift IS 'Time in stops of less than five minutes since the shift began.';
COMMENT ON COLUMN operations.scada_machine_data.idle_seconds_shift IS 'Time ready but starved or blocked, since the shift began.';
COMMENT ON COLUMN operations.scada_machine_data.planned_stop_seconds_shift IS 'Time not planned for production since the shift began: planned stops, switched off, without an order.';
COMMENT ON COLUMN operations.scada_machine_data.target_cycle_time_seconds IS 'Ideal time per part of the product on the machine; NULL without an order.';
COMMENT ON COLUMN operations.scada_machine_data.actual_cycle_time_seconds IS 'Time per part at the present pace; NULL when not running.';
COMMENT ON COLUMN operations.scada_machine_data.power_consumption_kw IS 'Electrical power drawn.';
COMMENT ON COLUMN operations.scada_machine_data.energy_consumed_kwh IS 'Electrical energy used since the shift began.';
COMMENT ON COLUMN operations.scada_machine_data.shift_id IS 'Shift of the factory at that time, worked or not: 1 early, 2 late, 3 night.';
COMMENT ON COLUMN operations.scada_machine_data.active_alarms IS 'Faults and warnings standing at the machine.';
COMMENT ON COLUMN operations.scada_machine_data.machine_state IS 'off | planned_stop | unscheduled (no order) | setup | running | idle (starved or blocked) | minor_stop (under five minutes) | down.';
COMMENT ON COLUMN operations.scada_machine_data.operation_mode IS 'automatic | setup | maintenance (a technician works on it) | off.';
COMMENT ON COLUMN operations.scada_machine_data.fault_code IS 'Fault that stops the machine; NULL when none does.';

CREATE TABLE operations.machine_faults (
    fault_id bigint PRIMARY KEY,
    machine_id integer NOT NULL,
    line_id integer NOT NULL,
    fault_code text NOT NULL,
    fault_category text NOT NULL,
    fault_severity text NOT NULL CHECK (fault_severity IN ('warning', 'minor', 'major', 'critical')),
    fault_description text NOT NULL,
    component text,
    detection_method text NOT NULL CHECK (detection_method IN ('automatic', 'sensor_threshold', 'operator')),
    sensor_id integer,
    trigger_value double precision,
    threshold_value double precision,
    fault_start_time timestamptz NOT NULL,
    fault_end_time timestamptz,
    fault_duration_seconds integer,
    production_loss_units integer CHECK (production_loss_units >= 0),
    work_order_id bigint,
    downtime_id bigint,
    predicted_in_advance boolean,
    advance_warning_hours double precision CHECK (advance_warning_hours > 0),
    root_cause_category text,
    resolution_action text,
    resolved_by integer,
    status text NOT NULL CHECK (status IN ('active', 'resolved')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (fault_start_time <= fault_end_time),
    CHECK (fault_duration_seconds = extract(epoch FROM fault_end_time - fault_start_time)),
    CHECK (fault_start_time <= created_at AND created_at <= updated_at),
    CHECK (fault_end_time <= updated_at),
    CHECK ((status = 'resolved') = (fault_end_time IS NOT NULL)),
    CHECK ((fault_end_time IS NULL) = (fault_duration_seconds IS NULL)),
    CHECK ((fault_end_time IS NULL) = (production_loss_units IS NULL)),
    CHECK ((detection_method = 'sensor_threshold') = (sensor_id IS NOT NULL)),
    CHECK ((sensor_id IS NULL) = (trigger_value IS NULL)),
    CHECK ((sensor_id IS NULL) = (threshold_value IS NULL)),
    CHECK (downtime_id IS NULL OR fault_severity IN ('major', 'critical')),
    CHECK (coalesce(predicted_in_advance, false) = (advance_warning_hours IS NOT NULL))
);
CREATE INDEX machine_faults_machine ON operations.machine_faults (machine_id, fault_start_time);
CREATE INDEX machine_faults_serious ON operations.machine_faults (fault_severity, fault_start_time)
    WHERE fault_severity IN ('major', 'critical');
CREATE INDEX machine_faults_code ON operations.machine_faults (fault_code);
COMMENT ON TABLE operations.machine_faults IS 'Fault episode of a machine, from a warning that stops nothing to a breakdown; recorded when it starts, completed when it ends.';
COMMENT ON COLUMN operations.machine_faults.fault_id IS 'Key.';
COMMENT ON COLUMN operations.machine_faults.machine_id IS 'Machine. -> master.machines(machine_id)';
COMMENT ON COLUMN operations.machine_faults.line_id IS 'Line of the machine. -> master.production_lines(line_id)';
COMMENT ON COLUMN operations.machine_faults.fault_code IS 'Code of the fault, such as BEAR-001.';
COMMENT ON COLUMN operations.machine_faults.fault_category IS 'Discipline it falls to, such as mechanical, electrical or hydraulic.';
COMMENT ON COLUMN operations.machine_faults.fault_severity IS 'warning (no stop) | minor (stop under five minutes) | major (five minutes and more, no repair) | critical (breakdown: a component failed).';
COMMENT ON COLUMN operations.machine_faults.fault_description IS 'What the message says.';
COMMENT ON COLUMN operations.machine_faults.component IS 'Component concerned (ISO 14224 maintainable item); NULL if it is the process, not a component.';
COMMENT ON COLUMN operations.machine_faults.detection_method IS 'automatic (controller) | sensor_threshold (readings beyond the warning limit) | operator.';
COMMENT ON COLUMN operations.machine_faults.sensor_id IS 'Sensor whose readings raised it; NULL unless detected by sensor_threshold. ~> operations.sensor_health(sensor_id)';
COMMENT ON COLUMN operations.machine_faults.trigger_value IS 'Reading that raised it, in the unit of the sensor; only for sensor_threshold.';
COMMENT ON COLUMN operations.machine_faults.threshold_value IS 'Limit that the reading passed, in the unit of the sensor; only for sensor_threshold.';
COMMENT ON COLUMN operations.machine_faults.fault_start_time IS 'Start of the episode.';
COMMENT ON COLUMN operations.machine_faults.fault_end_time IS 'End of the episode; known when it ends.';
COMMENT ON COLUMN operations.machine_faults.fault_duration_seconds IS 'End minus start; known when it ends.';
COMMENT ON COLUMN operations.machine_faults.production_loss_units IS 'Parts the ideal cycle would have made in the time stopped [parts]; 0 for a warning; known when it ends.';
COMMENT ON COLUMN operations.machine_faults.work_order_id IS 'Production order on the line when it started; NULL without one. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN operations.machine_faults.downtime_id IS 'Downtime it caused; NULL unless a major or critical fault stopped a line at work. -> mes.downtime_events(downtime_id)';
COMMENT ON COLUMN operations.machine_faults.predicted_in_advance IS 'A sensor of the machine had warned of this failure before; critical faults only, NULL otherwise.';
COMMENT ON COLUMN operations.machine_faults.advance_warning_hours IS 'Time from the first such warning to the failure; NULL if there was none.';
COMMENT ON COLUMN operations.machine_faults.root_cause_category IS 'Cause as the technician recorded it, such as wear or overload; NULL before the repair and where nobody looked.';
COMMENT ON COLUMN operations.machine_faults.resolution_action IS 'What ended the episode; NULL while it lasts.';
COMMENT ON COLUMN operations.machine_faults.resolved_by IS 'Person who ended it; NULL while it lasts or if it ended by itself. -> master.employees(employee_id)';
COMMENT ON COLUMN operations.machine_faults.status IS 'active | resolved.';
COMMENT ON COLUMN operations.machine_faults.created_at IS 'When the row was recorded.';
COMMENT ON COLUMN operations.machine_faults.updated_at IS 'Last change of the row.';

CREATE TABLE operations.production_runs (
    run_id bigint PRIMARY KEY,
    run_number text NOT NULL UNIQUE,
    line_id integer NOT NULL,
    product_id integer NOT NULL,
    work_order_id bigint NOT NULL,
    batch_number text NOT NULL,
    production_date date NOT NULL,
    shift_id smallint NOT NULL CHECK (shift_id BETWEEN 1 AND 3),
    operator_id integer,
    supervisor_id integer,
    previous_product_id integer,
    target_quantity integer NOT NULL CHECK (target_quantity > 0),
    ideal_cycle_time_seconds double precision NOT NULL CHECK (ideal_cycle_time_seconds > 0),
    run_start_time timestamptz NOT NULL,
    run_end_time timestamptz,
    actual_quantity integer CHECK (actual_quantity >= 0),
    rejected_quantity integer CHECK (rejected_quantity <= actual_quantity),
    scrapped_quantity integer CHECK (scrapped_quantity >= 0),
    rework_quantity integer CHECK (rework_quantity >= 0),
    planned_busy_seconds integer CHECK (planned_busy_seconds > 0),
    changeover_seconds integer CHECK (changeover_seconds >= 0),
    downtime_seconds integer CHECK (downtime_seconds >= 0),
    production_seconds integer CHECK (production_seconds >= 0),
    minor_stop_seconds integer CHECK (minor_stop_seconds BETWEEN 0 AND production_seconds),
    availability_percentage double precision CHECK (availability_percentage BETWEEN 0 AND 100),
    performance_percentage double precision CHECK (performance_percentage >= 0),
    quality_percentage double precision CHECK (quality_percentage BETWEEN 0 AND 100),
    oee_percentage double precision CHECK (oee_percentage >= 0),
    first_pass_yield_percentage double precision CHECK (first_pass_yield_percentage BETWEEN 0 AND 100),
    defect_rate_ppm double precision CHECK (defect_rate_ppm BETWEEN 0 AND 1000000),
    status text NOT NULL CHECK (status IN ('running', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (run_start_time <= run_end_time),
    CHECK (run_start_time <= created_at AND created_at <= updated_at),
    CHECK (run_end_time <= updated_at),
    CHECK (scrapped_quantity + rework_quantity = rejected_quantity),
    CHECK (changeover_seconds + downtime_seconds + production_seconds = planned_busy_seconds),
    -- What is known at the end is known altogether.
    CHECK (num_nulls(run_end_time, actual_quantity, rejected_quantity, scrapped_quantity, rework_quantity,
        planned_busy_seconds, changeover_seconds, downtime_seconds, production_seconds, minor_stop_seconds,
        availability_percentage, performance_percentage, oee_percentage)
        = CASE status WHEN 'completed' THEN 0 ELSE 13 END),
    CHECK (num_nulls(quality_percentage, first_pass_yield_percentage, defect_rate_ppm)
        = CASE WHEN actual_quantity > 0 THEN 0 ELSE 3 END)
);
CREATE INDEX production_runs_work_order ON operations.production_runs (work_order_id);
CREATE INDEX production_runs_line ON operations.production_runs (line_id, run_start_time);
CREATE INDEX production_runs_product ON operations.production_runs (product_id, production_date);
CREATE INDEX production_runs_date ON operations.production_runs (production_date);
COMMENT ON TABLE operations.production_runs IS 'Run: the making of one container of an order on a line, with its losses (ISO 22400-2); recorded when it starts, completed when it ends. A shift that works on an order and finishes no part is a run without parts, so that the runs account for all busy time.';
COMMENT ON COLUMN operations.production_runs.run_id IS 'Key.';
COMMENT ON COLUMN operations.production_runs.run_number IS 'Readable number: line, production date, sequence.';
COMMENT ON COLUMN operations.production_runs.line_id IS 'Line. -> master.production_lines(line_id)';
COMMENT ON COLUMN operations.production_runs.product_id IS 'Product made. -> master.products(product_id)';
COMMENT ON COLUMN operations.production_runs.work_order_id IS 'Production order. -> mes.work_orders(work_order_id)';
COMMENT ON COLUMN operations.production_runs.batch_number IS 'Finished-goods lot of the order. -> mes.work_orders(lot_number)';
COMMENT ON COLUMN operations.production_runs.production_date IS 'Production day, factory-local, from 06:00 to 06:00.';
COMMENT ON COLUMN operations.production_runs.shift_id IS 'Shift in which it started: 1 early, 2 late, 3 night.';
COMMENT ON COLUMN operations.production_runs.operator_id IS 'Lead operator of the line; NULL if the post was empty. -> master.employees(employee_id)';
COMMENT ON COLUMN operations.production_runs.supervisor_id IS 'Supervisor of the shift; NULL if the post was empty. -> master.employees(employee_id)';
COMMENT ON COLUMN operations.production_runs.previous_product_id IS 'Product made before a changeover; NULL if the line did not change over. -> master.products(product_id)';
COMMENT ON COLUMN operations.production_runs.target_quantity IS 'Parts the container should hold [parts].';
COMMENT ON COLUMN operations.production_runs.ideal_cycle_time_seconds IS 'Ideal time per part of the product (ISO 22400 planned run time per item).';
COMMENT ON COLUMN operations.production_runs.run_start_time IS 'First part begun; in a run without production the begin of its changeover or wait.';
COMMENT ON COLUMN operations.production_runs.run_end_time IS 'Last part; known when it ends, as are the columns below.';
COMMENT ON COLUMN operations.production_runs.actual_quantity IS 'Parts made, rejects included (ISO 22400 produced quantity) [parts].';
COMMENT ON COLUMN operations.production_runs.rejected_quantity IS 'Parts rejected: scrap plus rework [parts].';
COMMENT ON COLUMN operations.production_runs.scrapped_quantity IS 'Parts scrapped (ISO 22400 scrap quantity) [parts].';
COMMENT ON COLUMN operations.production_runs.rework_quantity IS 'Parts set aside for rework (ISO 22400 rework quantity) [parts].';
COMMENT ON COLUMN operations.production_runs.planned_busy_seconds IS 'Planned busy time (ISO 22400 PBT), the changeover before the run included.';
COMMENT ON COLUMN operations.production_runs.changeover_seconds IS 'Setup time within the planned busy time.';
COMMENT ON COLUMN operations.production_runs.downtime_seconds IS 'Stops of five minutes and more, and waiting, within the planned busy time.';
COMMENT ON COLUMN operations.production_runs.production_seconds IS 'Actual production time (ISO 22400 APT): planned busy time less changeover and downtime.';
COMMENT ON COLUMN operations.production_runs.minor_stop_seconds IS 'Stops of less than five minutes; part of the production time.';
COMMENT ON COLUMN operations.production_runs.availability_percentage IS 'Production time over planned busy time.';
COMMENT ON COLUMN operations.production_runs.performance_percentage IS 'Ideal cycle time times parts made, over production time (ISO 22400 effectiveness).';
COMMENT ON COLUMN operations.production_runs.quality_percentage IS 'Parts not rejected over parts made; NULL if none was made.';
COMMENT ON COLUMN operations.production_runs.oee_percentage IS 'Overall equipment effectiveness: availability times performance times quality.';
COMMENT ON COLUMN operations.production_runs.first_pass_yield_percentage IS 'Parts good at the first attempt over parts made; NULL if none was made.';
COMMENT ON COLUMN operations.production_runs.defect_rate_ppm IS 'Rejected parts per million made; NULL if none was made.';
COMMENT ON COLUMN operations.production_runs.status IS 'running | completed.';
COMMENT ON COLUMN operations.production_runs.created_at IS 'When the row was recorded.';
COMMENT ON COLUMN operations.production_runs.updated_at IS 'Last change of the row.';

CREATE TABLE operations.maintenance_events (
    maintenance_id bigint PRIMARY KEY,
    machine_id integer NOT NULL,
    line_id integer NOT NULL,
    maintenance_type text NOT NULL CHECK (maintenance_type IN
        ('operator_check', 'tool_change', 'electrode_change', 'preventive', 'corrective', 'predictive',
         'inspection')),
    maintenance_category text NOT NULL CHECK (maintenance_category IN ('autonomous', 'planned', 'unplanned')),
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    work_description text NOT NULL,
    component text,
    scheduled_start timestamptz NOT NULL,
    actual_start timestamptz,
    actual_end timestamptz,
    duration_minutes double precision CHECK (duration_minutes >= 0),
    parts_replaced text,
    parts_cost_usd numeric(14, 2) CHECK (parts_cost_usd >= 0),
    labor_hours double precision CHECK (labor_hours >= 0),
    labor_cost_usd numeric(14, 2) CHECK (labor_cost_usd >= 0),
    total_cost_usd numeric(14, 2),
    technician_id integer,
    related_fault_id bigint REFERENCES operations.machine_faults (fault_id),
    finding text,
    follow_up_required boolean,
    completion_status text NOT NULL CHECK (completion_status IN
        ('scheduled', 'in_progress', 'completed', 'missed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (actual_start <= actual_end),
    CHECK (created_at <= updated_at),
    CHECK (actual_start <= updated_at),
    CHECK (actual_end <= updated_at),
    CHECK ((completion_status IN ('in_progress', 'completed')) = (actual_start IS NOT NULL)),
    CHECK ((completion_status = 'completed') = (actual_end IS NOT NULL)),
    CHECK (total_cost_usd = parts_cost_usd + labor_cost_usd),
    -- What is known at the end is known altogether.
    CHECK (num_nulls(actual_end, duration_minutes, parts_cost_usd, labor_hours, labor_cost_usd,
        total_cost_usd, follow_up_required) = CASE completion_status WHEN 'completed' THEN 0 ELSE 7 END)
);
CREATE INDEX maintenance_events_machine ON operations.maintenance_events (machine_id, scheduled_start);
CREATE INDEX maintenance_events_fault ON operations.maintenance_events (related_fault_id)
    WHERE related_fault_id IS NOT NULL;
CREATE INDEX maintenance_events_type ON operations.maintenance_events (maintenance_type, scheduled_start);
COMMENT ON TABLE operations.maintenance_events IS 'Maintenance of a machine of any kind, from the operator''s check to the repair of a breakdown (ISO 14224 maintenance record).';
COMMENT ON COLUMN operations.maintenance_events.maintenance_id IS 'Key.';
COMMENT ON COLUMN operations.maintenance_events.machine_id IS 'Machine. -> master.machines(machine_id)';
COMMENT ON COLUMN operations.maintenance_events.line_id IS 'Line of the machine. -> master.production_lines(line_id)';
COMMENT ON COLUMN operations.maintenance_events.maintenance_type IS 'operator_check | tool_change | electrode_change | preventive (by plan) | corrective (after a failure) | predictive (before a failure foreseen) | inspection (of an alert).';
COMMENT ON COLUMN operations.maintenance_events.maintenance_category IS 'autonomous (by the operator) | planned | unplanned.';
COMMENT ON COLUMN operations.maintenance_events.priority IS 'low | normal | high | urgent (the line is stopped).';
COMMENT ON COLUMN operations.maintenance_events.work_description IS 'What is to be done.';
COMMENT ON COLUMN operations.maintenance_events.component IS 'Component worked on (ISO 14224 maintainable item); NULL if it is the whole machine.';
COMMENT ON COLUMN operations.maintenance_events.scheduled_start IS 'Planned start; for unplanned work, when it was called for.';
COMMENT ON COLUMN operations.maintenance_events.actual_start IS 'Start of the work; known when it starts.';
COMMENT ON COLUMN operations.maintenance_events.actual_end IS 'End of the work; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.duration_minutes IS 'End minus start; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.parts_replaced IS 'Parts replaced; NULL if none.';
COMMENT ON COLUMN operations.maintenance_events.parts_cost_usd IS 'Cost of the parts; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.labor_hours IS 'Working time of all persons; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.labor_cost_usd IS 'Working time at the hourly rate; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.total_cost_usd IS 'Parts plus labour; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.technician_id IS 'Person who does the work, the operator for autonomous maintenance; NULL while nobody is assigned. -> master.employees(employee_id)';
COMMENT ON COLUMN operations.maintenance_events.related_fault_id IS 'Fault repaired or looked into; NULL if there is none.';
COMMENT ON COLUMN operations.maintenance_events.finding IS 'What was found; NULL before the end, and where there is nothing to note.';
COMMENT ON COLUMN operations.maintenance_events.follow_up_required IS 'More work is needed; known when it ends.';
COMMENT ON COLUMN operations.maintenance_events.completion_status IS 'scheduled | in_progress | completed | missed (not done in its time).';
COMMENT ON COLUMN operations.maintenance_events.created_at IS 'When the row was recorded.';
COMMENT ON COLUMN operations.maintenance_events.updated_at IS 'Last change of the row.';

-- Published shapes. The numbers of a machine's line and factory are part of its own: line * 100 + position.

-- All sensors are assessed at the same instants, and recorded within seconds: of the last two instants the one with
-- more rows is complete. One condition on a plain table: the planner knows how many rows meet it, and a join can look
-- up its sensors by their key.
CREATE OR REPLACE VIEW published.sensors AS
SELECT sensor_id, machine_id, sensor_code, sensor_name, sensor_type, measurement_unit, measurement_range_min,
       measurement_range_max, resolution, sampling_interval_seconds, warning_threshold_min, warning_threshold_max,
       critical_threshold_min, critical_threshold_max, calibration_date, calibration_frequency_days, health_score,
       overall_status, "timestamp" AS assessed_at
FROM operations.sensor_health
WHERE "timestamp" = (
    SELECT "timestamp" FROM operations.sensor_health
    WHERE "timestamp" IN (
        (SELECT max("timestamp") FROM operations.sensor_health),
        (SELECT max("timestamp") FROM operations.sensor_health
         WHERE "timestamp" < (SELECT max("timestamp") FROM operations.sensor_health)))
    GROUP BY "timestamp" ORDER BY count(*) DESC, "timestamp" DESC LIMIT 1);
COMMENT ON VIEW published.sensors IS 'Sensors with their fixed data and latest condition.';

CREATE OR REPLACE VIEW published.sensor_data AS
SELECT sensor_id, machine_id, machine_id / 100 AS line_id, machine_id / 10000 AS factory_id, "timestamp",
       measurement_value,
       CASE abs(status) WHEN 0 THEN 'normal' WHEN 1 THEN 'warning' ELSE 'critical' END AS status,
       CASE quality WHEN 192 THEN 'good' WHEN 64 THEN 'uncertain' ELSE 'bad' END AS quality,
       status <= -1 AS is_below_warning, status >= 1 AS is_above_warning,
       status <= -2 AS is_below_critical, status >= 2 AS is_above_critical
FROM operations.sensor_data;
COMMENT ON VIEW published.sensor_data IS 'Readings with their status and quality in words.';

CREATE OR REPLACE VIEW published.scada_machine_data AS
SELECT scada_id, machine_id, line_id, machine_id / 10000 AS factory_id, "timestamp", machine_state,
       operation_mode, fault_code, parts_produced_cumulative, parts_produced_shift, parts_rejected_shift,
       target_cycle_time_seconds, actual_cycle_time_seconds,
       100.0 * (uptime_seconds_shift + minor_stop_seconds_shift)
           / nullif(uptime_seconds_shift + minor_stop_seconds_shift + setup_seconds_shift
                    + downtime_seconds_shift + idle_seconds_shift, 0) AS availability_percentage,
       100.0 * (parts_produced_shift - parts_rejected_shift)
           / nullif(parts_produced_shift, 0) AS quality_percentage,
       power_consumption_kw, energy_consumed_kwh, downtime_seconds_shift, last_fault_timestamp,
       uptime_seconds_shift, active_alarms, shift_id, operator_id
FROM operations.scada_machine_data;
COMMENT ON VIEW published.scada_machine_data IS 'Machine states with availability and quality since the shift began.';

CREATE OR REPLACE VIEW published.machine_faults AS
SELECT fault_id, machine_id, line_id, machine_id / 10000 AS factory_id, fault_code, fault_category,
       fault_severity, fault_description, fault_start_time, fault_end_time, fault_duration_seconds,
       production_loss_units,
       CASE WHEN fault_severity = 'warning' THEN 0 ELSE fault_duration_seconds / 60.0 END AS downtime_minutes,
       root_cause_category, resolution_action, resolved_by, detection_method, predicted_in_advance,
       advance_warning_hours, status, created_at, updated_at
FROM operations.machine_faults;
COMMENT ON VIEW published.machine_faults IS 'Faults with the minutes the machine stood still.';

CREATE OR REPLACE VIEW published.production_runs AS
SELECT run_id, line_id, line_id / 100 AS factory_id, product_id, run_number, batch_number, work_order_id,
       run_start_time, run_end_time, planned_busy_seconds / 60.0 AS planned_duration_minutes,
       extract(epoch FROM run_end_time - run_start_time) / 60 AS actual_duration_minutes,
       target_quantity, actual_quantity, rejected_quantity, scrapped_quantity, rework_quantity,
       first_pass_yield_percentage, defect_rate_ppm, oee_percentage, availability_percentage,
       performance_percentage, quality_percentage, previous_product_id,
       changeover_seconds / 60.0 AS changeover_time_minutes, shift_id, supervisor_id, status, created_at,
       updated_at
FROM operations.production_runs;
COMMENT ON VIEW published.production_runs IS 'Runs with durations in minutes.';
