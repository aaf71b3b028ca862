"""Every check holds on a loaded plant, and fails when what it guards is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from genims_ray import config as configuration
from genims_ray import modules
from genims_ray.catalog import Catalog
from genims_ray.config import Config, Database, Topology
from genims_ray.errors import UsageError, UserError
from genims_ray.locate import Loaded, loaded
from genims_ray.pipeline.plan import Unit
from genims_ray.pipeline.simulators import Simulator
from genims_ray.pipeline.sinks import PostgresSink
from genims_ray.postgres import fence
from genims_ray.postgres.databases import PlantIdentity, drop, prepare
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.postgres.endpoint import Endpoint
from genims_ray.postgres.endpoints import connect
from genims_ray.postgres.lock import RunLock
from genims_ray.verify import checks, generated
from genims_ray.verify.__main__ import Options, choose, every, parse, range_of
from genims_ray.verify.checks import Check, Range, Shared
from genims_ray.verify.run import Finding, Outcome, answer, margin, place, run
from genims_ray.verify.shared import Days, Rows, days
from genims_ray.window import DAY, OPENING, Window
from tests.modules.test_qms import MUTATIONS as MONTHS

CATALOG = Catalog.load()
DAYS = 5
START = datetime(2025, 3, 7, tzinfo=UTC)
"""The clocks of Detroit change on the third day."""

WITHIN = Range(START, START + timedelta(days=DAYS))
ALL = {
    check.name: check
    for check in every(CATALOG, 8 * DAYS, modules.BY_NAME)
    if modules.BY_NAME.keys() >= set(check.modules(CATALOG))
}
EXACT = {name: check for name, check in ALL.items() if check.kind == "exact"}


@pytest.fixture(scope="module")
def conf() -> Config:
    """A tiny plant whose modules share one database, so that a change can be seen before it is undone."""
    plain = configuration.load(["scale=tiny", f"start={START:%Y-%m-%d}", f"days={DAYS}"])
    database = Database("ALL", tuple(modules.BY_NAME))
    return replace(plain, topology=Topology("one", "one_hub", {"one_db": database}))


@pytest.fixture(scope="module")
def endpoints(server: EmbeddedServer, conf: Config) -> Iterator[dict[str, Endpoint]]:
    """The plant, loaded."""
    places = server.endpoints(conf.topology.databases)
    identity = PlantIdentity(conf.plant_dict(), "one", "test")
    with RunLock(places) as lock:
        prepare(conf.topology.databases, places, CATALOG, identity, lock)
        run_id = uuid4()
        fence.take(lock.session("one_db"), run_id)
    start = int(START.timestamp())
    simulator, sink = Simulator(conf.plant, CATALOG), PostgresSink(places["one_db"], CATALOG, run_id)
    for window in (Window(OPENING, start), Window(start, start + DAYS * DAY)):
        for scope in CATALOG.scopes(modules.BY_NAME):
            unit = Unit(scope, window)
            sink.load(unit, [simulator.render(unit)])
    sink.close()
    with connect(places["one_db"]) as connection:
        connection.execute("ANALYZE")
    yield places
    drop(places["one_db"])


@pytest.fixture
def session(server: EmbeddedServer, endpoints: dict[str, Endpoint]) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that is rolled back; triggers, foreign keys among them, sleep in it."""
    with connect(server.superuser(endpoints["one_db"].dbname), autocommit=False) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("name", EXACT)
def test_holds(session: psycopg.Connection[Any], name: str) -> None:
    [finding] = answer(session, EXACT[name], WITHIN)
    assert finding.outcome is Outcome.PASS, (finding.message, finding.rows)


@pytest.mark.parametrize("name", [name for name in ALL if name not in EXACT])
def test_statistics_can_be_computed(session: psycopg.Connection[Any], name: str) -> None:
    for finding in answer(session, ALL[name], WITHIN):
        assert finding.outcome is not Outcome.ERROR, finding.message


CLOSED = "(SELECT work_order_id FROM mes.work_orders WHERE closed_at < %(to)s ORDER BY closed_at DESC LIMIT 1)"
ENDED = (
    "(SELECT work_order_id FROM mes.work_orders WHERE actual_end_time < %(to)s ORDER BY actual_end_time DESC LIMIT 1)"
)
RUN = "(SELECT run_id FROM operations.production_runs WHERE status = 'completed' AND run_start_time > %(from)s LIMIT 1)"
STOP = """(SELECT downtime_id FROM mes.downtime_events WHERE downtime_category = 'major_stop'
    AND downtime_start > %(from)s AND downtime_end < %(to)s LIMIT 1)"""
LATE_STOP = STOP.replace("%(from)s", "%(from)s::timestamptz + interval '1 day'")
LATE_MESSAGE = """(SELECT max(scada_id) FROM operations.scada_machine_data
    WHERE machine_id = 10101 AND machine_state = 'running')"""

DONE = """(SELECT maintenance_work_order_id FROM cmms.work_orders WHERE wo_type = 'corrective' AND wo_status = 'closed'
    AND created_at > %(from)s AND updated_at < %(to)s ORDER BY maintenance_work_order_id LIMIT 1)"""
BROKEN = """(SELECT maintenance_work_order_id FROM cmms.work_orders WHERE wo_type = 'breakdown' AND machine_fault_id IS NOT NULL
    AND created_at > %(from)s AND actual_end_date < %(to)s ORDER BY maintenance_work_order_id LIMIT 1)"""

MUTATIONS: dict[str, str] = {
    "complaints_are_about_what_was_made_and_shipped": """UPDATE qms.customer_complaints SET lot_id = 1
        WHERE complaint_date >= %(from)s""",
    "a_shipment_is_of_one_customer": """UPDATE qms.customer_complaints SET shipment_id = 100000::bigint << 16
        WHERE complaint_date >= %(from)s""",  # that of a later century
    "controllers_and_runs_give_the_same_oee": f"DELETE FROM mes.downtime_events WHERE downtime_id = {LATE_STOP}",
    "batch_record_follows_its_order": f"""UPDATE mes.electronic_batch_records SET batch_size = batch_size + 1
        WHERE work_order_id = {CLOSED}""",
    "breakdowns_are_repaired_once": """INSERT INTO operations.machine_faults SELECT (f).* FROM (
        SELECT jsonb_populate_record(f, '{"fault_id": 1, "fault_severity": "critical"}') AS f
        FROM operations.machine_faults AS f WHERE fault_end_time < %(to)s AND fault_start_time >= %(from)s LIMIT 1) AS x""",
    "counters_of_a_shift_never_decrease": """UPDATE operations.scada_machine_data
        SET uptime_seconds_shift = uptime_seconds_shift + 3600 WHERE scada_id = (
            SELECT min(scada_id) FROM operations.scada_machine_data
            WHERE machine_id = 10101 AND machine_state = 'running')""",
    "cycles_are_not_faster_than_ideal": f"""UPDATE operations.scada_machine_data
        SET actual_cycle_time_seconds = 0.9 * target_cycle_time_seconds WHERE scada_id = {LATE_MESSAGE}""",
    "downtime_of_a_machine_does_not_overlap": f"""INSERT INTO mes.downtime_events SELECT (d).* FROM (
        SELECT jsonb_populate_record(d, jsonb_build_object('downtime_id', 1, 'downtime_start',
            d.downtime_start + interval '1 second', 'duration_seconds', d.duration_seconds - 1)) AS d
        FROM mes.downtime_events AS d WHERE downtime_id = {STOP}) AS x""",
    "keys_of_mes_parse_back": f"UPDATE mes.operations SET machine_id = machine_id + 500 WHERE work_order_id = {CLOSED}",
    "keys_of_operations_parse_back": f"""UPDATE operations.production_runs
        SET production_date = production_date + 1 WHERE run_id = {RUN}""",
    "line_makes_one_container_at_a_time": f"""UPDATE operations.production_runs
        SET run_start_time = run_start_time - interval '1 second' WHERE run_id = (
            SELECT max(run_id) FROM operations.production_runs
            WHERE work_order_id = {ENDED})""",
    "line_oee_closes": f"""UPDATE mes.work_orders
        SET run_seconds = run_seconds - 1, downtime_seconds = downtime_seconds + 1 WHERE work_order_id = {ENDED}""",
    "lines_and_machines_agree": f"UPDATE mes.work_orders SET factory_id = 2 WHERE work_order_id = {ENDED}",
    "machine_runs_one_operation_at_a_time": f"""UPDATE mes.operations
        SET actual_start_time = actual_start_time - interval '20 hours', created_at = '2000-01-01'
        WHERE work_order_id = {ENDED} AND actual_start_time - interval '20 hours' > %(from)s""",
    "major_faults_have_downtime": f"UPDATE mes.downtime_events SET downtime_start = downtime_start + interval '1 second',"
    f" duration_seconds = duration_seconds - 1 WHERE downtime_id = {STOP}",
    "material_issued_equals_consumed": f"""UPDATE mes.material_transactions
        SET quantity = quantity + 2, total_cost = round((quantity + 2) * unit_cost, 2)
        WHERE transaction_id = (SELECT min(transaction_id) FROM mes.material_transactions
            WHERE transaction_type = 'issue' AND work_order_id = {CLOSED})""",
    "oee_is_availability_performance_quality": f"""UPDATE operations.production_runs
        SET oee_percentage = oee_percentage + 0.001 WHERE run_id = {RUN}""",
    "operations_add_up_to_their_order": f"""UPDATE mes.operations SET completed_quantity = completed_quantity + 1
        WHERE operation_id = (SELECT min(operation_id) FROM mes.operations WHERE work_order_id = {ENDED})""",
    "operator_books_one_order_at_a_time": """INSERT INTO mes.labor_time_entries SELECT (e).* FROM (
        SELECT jsonb_populate_record(e, '{"labor_entry_id": 1}') AS e
        FROM mes.labor_time_entries AS e WHERE start_time > %(from)s LIMIT 1) AS x""",
    "order_costs_add_up": f"UPDATE mes.work_orders SET labor_cost = labor_cost + 0.01 WHERE work_order_id = {CLOSED}",
    "order_time_adds_up": f"UPDATE mes.work_orders SET idle_seconds = idle_seconds + 1 WHERE work_order_id = {ENDED}",
    "parts_counter_matches_runs": f"""UPDATE operations.production_runs SET actual_quantity = actual_quantity + 100
        WHERE run_id = (SELECT max(run_id) FROM operations.production_runs WHERE work_order_id = {ENDED})""",
    "parts_counter_never_decreases": f"""UPDATE operations.scada_machine_data
        SET parts_produced_cumulative = parts_produced_cumulative - 5000 WHERE scada_id = {LATE_MESSAGE}""",
    "production_days_and_shifts_are_local": f"""UPDATE operations.production_runs SET shift_id = shift_id %% 3 + 1
        WHERE run_id = {RUN}""",
    "readings_are_multiples_of_the_resolution": """UPDATE operations.sensor_data
        SET measurement_value = measurement_value + 0.0004 WHERE ctid = (
            SELECT min(ctid) FROM operations.sensor_data WHERE status = 0)""",
    "receipts_equal_good_parts": f"""DELETE FROM mes.material_transactions
        WHERE transaction_type = 'receipt' AND work_order_id = {CLOSED}""",
    "runs_belong_to_their_order": f"""UPDATE operations.production_runs SET product_id = product_id + 1
        WHERE work_order_id = {ENDED}""",
    "runs_sum_to_work_orders": f"""DELETE FROM operations.production_runs WHERE run_id = (
        SELECT max(run_id) FROM operations.production_runs WHERE work_order_id = {ENDED})""",
    "scada_downtime_equals_downtime_events": f"DELETE FROM mes.downtime_events WHERE downtime_id = {STOP}",
    "schedule_slots_are_of_the_shift": """UPDATE mes.production_schedules
        SET shift_code = translate(shift_code, 'ELN', 'LNE'), slot_sequence = slot_sequence + 50
        WHERE schedule_id = (SELECT max(schedule_id) FROM mes.production_schedules WHERE schedule_date < %(to)s)""",
    "seconds_of_a_shift_add_up": f"""UPDATE operations.scada_machine_data
        SET idle_seconds_shift = idle_seconds_shift + 1 WHERE scada_id = {LATE_MESSAGE}""",
    "sensor_limits_do_not_change": """UPDATE operations.sensor_health SET warning_threshold_max = 2.7
        WHERE health_id = (SELECT max(health_id) FROM operations.sensor_health WHERE sensor_type = 'vibration')""",
    "readings_follow_from_their_sensor": """UPDATE operations.sensor_data SET status = 1 WHERE ctid = (
        SELECT min(ctid) FROM operations.sensor_data WHERE status = 0)""",
    "work_order_history_is_a_path": f"""DELETE FROM mes.work_order_status_history
        WHERE to_status = 'completed' AND work_order_id = {CLOSED}""",
    "breakdown_reports_are_complete": f"DELETE FROM cmms.failure_reports WHERE maintenance_work_order_id = {BROKEN}",
    "breakdowns_have_one_order_and_one_downtime": f"""UPDATE cmms.work_orders SET downtime_minutes = downtime_minutes + 0.02
        WHERE maintenance_work_order_id = {BROKEN}""",
    "components_follow_one_another": f"""DELETE FROM cmms.asset_components
        WHERE installed_by_work_order_id = {BROKEN}""",
    "condition_alerts_are_the_machines_warnings": """UPDATE cmms.condition_monitoring_alerts SET asset_id = asset_id + 1
        WHERE alert_id = (SELECT min(alert_id) FROM cmms.condition_monitoring_alerts)""",
    "keys_of_cmms_parse_back": f"""UPDATE cmms.work_orders SET asset_id = asset_id + 1
        WHERE maintenance_work_order_id = {DONE}""",
    "maintenance_costs_add_up": f"""UPDATE cmms.maintenance_costs SET cost_amount = cost_amount + 0.01
        WHERE maintenance_work_order_id = {DONE}""",
    "maintenance_is_the_same_in_both_systems": f"""UPDATE cmms.work_orders
        SET actual_end_date = actual_end_date - interval '1 second' WHERE maintenance_work_order_id = {DONE}""",
    "meters_show_the_counters": """UPDATE cmms.equipment_meter_readings SET meter_value = meter_value + 1
        WHERE reading_id = (SELECT min(reading_id) FROM cmms.equipment_meter_readings)""",
    "reliability_metrics_recompute": """INSERT INTO cmms.asset_reliability_metrics SELECT * FROM jsonb_populate_record(
        NULL::cmms.asset_reliability_metrics, jsonb_build_object('metric_id', 1, 'asset_id', 10101,
            'period_start_date', (%(from)s::timestamptz + interval '1 day')::date,
            'period_end_date', (%(from)s::timestamptz + interval '2 days')::date,
            'operating_hours', 10, 'planned_downtime_hours', 0, 'unplanned_downtime_hours', 0, 'repair_hours', 0,
            'number_of_failures', 77, 'mtbf_hours', 1, 'mttr_hours', 0, 'availability_pct', 100, 'pm_work_orders', 0,
            'pm_work_orders_on_time', 0, 'cm_work_orders', 0, 'breakdown_work_orders', 0, 'labor_cost', 0,
            'parts_cost', 0, 'contractor_cost', 0, 'total_maintenance_cost', 0, 'production_units', 0,
            'production_loss_units', 0, 'created_at', %(from)s::timestamptz + interval '3 days'))""",
    "repairs_follow_their_fault": f"""UPDATE cmms.labor_time_entries SET start_time = start_time - interval '1 day',
        end_time = end_time - interval '1 day' WHERE maintenance_work_order_id = {BROKEN}""",
    "spare_stock_adds_up": """UPDATE cmms.mro_parts SET current_stock = current_stock + 1
        WHERE mro_part_id = (SELECT min(mro_part_id) FROM cmms.mro_parts)""",
    "technician_works_on_one_order_at_a_time": """INSERT INTO cmms.labor_time_entries SELECT (e).* FROM (
        SELECT jsonb_populate_record(e, '{"labor_entry_id": 1}') AS e
        FROM cmms.labor_time_entries AS e WHERE end_time > %(from)s AND end_time < %(to)s LIMIT 1) AS x""",
    "calibrations_settle_their_alerts": """UPDATE qms.measuring_equipment
        SET last_calibration_date = last_calibration_date - 1 WHERE equipment_id = (
            SELECT min(equipment_id) FROM qms.measuring_equipment WHERE last_calibration_date IS NOT NULL)""",
    "chart_signals_recompute": """UPDATE qms.spc_data_points SET measurement_value = measurement_value + 1000
        WHERE ctid = (SELECT max(ctid) FROM qms.spc_data_points WHERE violation_type IS NULL)""",
    "control_plans_follow_their_fmea": """UPDATE qms.spc_control_charts SET unit_of_measure = unit_of_measure || '2'
        WHERE chart_id = (SELECT min(chart_id) FROM qms.spc_control_charts)""",
    "dispositions_add_up": """DELETE FROM qms.ncr_defect_details WHERE ncr_header_id = (
        SELECT max(ncr_header_id) FROM qms.ncr_headers WHERE created_at >= %(from)s)""",
    "incoming_results_agree_with_their_lot": """DELETE FROM qms.incoming_inspection_results WHERE inspection_lot_id = (
        SELECT max(inspection_lot_id) FROM qms.incoming_inspection_lots
        WHERE decided_at >= %(from)s AND sample_size > 0)""",
    "keys_of_qms_parse_back": "UPDATE qms.ncr_headers SET factory_id = 2 WHERE created_at >= %(from)s",
    "measurement_systems_add_up": """UPDATE qms.msa_studies
        SET grr_pct = grr_pct + 0.001, created_at = greatest(created_at, %(from)s)""",
    "overdue_gauges_are_flagged": "UPDATE qms.spc_data_points SET calibration_overdue = NOT calibration_overdue",
    "values_lie_within_the_range_of_their_gauge": """UPDATE qms.measuring_equipment
        SET measurement_range_min = 1000, measurement_range_max = 2000 WHERE line_id IS NULL""",
    "quality_cases_follow_their_cause": """UPDATE qms.capa_headers SET created_at = '2000-01-01',
        updated_at = greatest(updated_at, %(from)s) WHERE ncr_header_id IS NOT NULL""",
    "quality_costs_equal_their_documents": """DELETE FROM qms.quality_cost_entries WHERE entry_date >= %(from)s
        AND num_nonnulls(ncr_header_id, customer_complaint_id, calibration_id, capa_header_id) = 1""",
    "quality_kpis_recompute": "DELETE FROM qms.ncr_headers WHERE created_at >= %(from)s",
    "references of operations.scada_machine_data": f"DELETE FROM mes.work_orders WHERE work_order_id = {ENDED}",
    "references of operations.machine_faults": f"DELETE FROM mes.downtime_events WHERE downtime_id = {STOP}",
    "references of operations.production_runs": f"DELETE FROM mes.work_orders WHERE work_order_id = {ENDED}",
    "references of mes.downtime_events": "DELETE FROM operations.machine_faults WHERE fault_severity = 'major'",
    "times of operations.machine_faults": """UPDATE operations.machine_faults SET created_at = %(to)s, updated_at = %(to)s
        WHERE fault_id = (SELECT max(fault_id) FROM operations.machine_faults)""",
    "times of mes.work_orders": f"UPDATE mes.work_orders SET updated_at = created_at WHERE work_order_id = {CLOSED}",
    "nobody_is_in_two_places": """INSERT INTO mes.labor_time_entries SELECT (e).* FROM (
        SELECT jsonb_populate_record(e, '{"labor_entry_id": 1}') AS e
        FROM mes.labor_time_entries AS e WHERE start_time > %(from)s LIMIT 1) AS x""",
    "bookings_lie_inside_attendance": """DELETE FROM hr.attendance_records WHERE attendance_record_id = (
        SELECT attendance_record_id FROM hr.attendance_records AS a JOIN mes.labor_time_entries AS b USING (employee_id)
        WHERE attendance_date = production_date AND start_time > %(from)s AND end_time < %(to)s LIMIT 1)""",
    "technicians_work_while_clocked_in": """DELETE FROM hr.attendance_records WHERE employee_id IN (
        SELECT employee_id FROM cmms.maintenance_technicians)""",
    "technicians_are_in_one_place": """UPDATE mes.labor_time_entries AS m SET employee_id = t.employee_id
        FROM cmms.labor_time_entries AS b JOIN cmms.maintenance_technicians AS t USING (technician_id)
        WHERE m.start_time < b.end_time AND m.end_time > b.start_time AND b.start_time >= %(from)s""",
    "components_are_no_older_than_their_use": """UPDATE cmms.asset_components SET operating_hours_at_removal = 900000,
        removed_at = %(to)s::timestamptz - interval '1 hour', removal_reason = 'failure', updated_at = %(to)s,
        removed_by_work_order_id = (SELECT min(maintenance_work_order_id) FROM cmms.work_orders)
        WHERE asset_component_id = (SELECT min(asset_component_id) FROM cmms.asset_components)""",
    "what_operators_report_is_seen_to": """UPDATE cmms.work_orders SET created_by = created_by + 1
        WHERE wo_type = 'corrective' AND source_type = 'operator_request' AND created_at > %(from)s""",
    "technicians_are_employed": "UPDATE cmms.maintenance_technicians SET valid_to = valid_from",
    "nobody_works_on_leave": """UPDATE hr.attendance_records SET attendance_status = 'sick', leave_request_id = NULL
        WHERE attendance_status = 'on_leave' AND created_at >= %(from)s""",
    "weekly_hours_are_at_most_60": """UPDATE hr.attendance_records SET clock_in_time = clock_in_time - interval '20 hours'
        WHERE clock_in_time > %(from)s::timestamptz + interval '1 day'""",
    "licences_are_valid_at_the_post": "UPDATE hr.employee_certifications SET expiry_date = issue_date + 1",
    "pay_recomputes_from_attendance": """UPDATE hr.attendance_records SET regular_hours = regular_hours - 0.01
        WHERE attendance_status = 'present' AND regular_hours > 1""",
    "headcount_rolls_forward": """DELETE FROM hr.employee_employment_history WHERE change_type = 'hire' AND employee_id = (
        SELECT min(employee_id) FROM master.employees)""",
    "leave_balances_roll_forward": """UPDATE hr.employee_leave_balances SET used_days = used_days + 1, available_balance_days = available_balance_days - 1
        WHERE leave_type_id = 1""",
    "incidents_happen_to_people_at_work": """INSERT INTO hr.safety_incidents (safety_incident_id, incident_number,
            factory_id, department_id, employee_id, reported_by, incident_time, incident_location, incident_type, severity,
            days_away_from_work, restricted_work_days, immediate_cause, incident_status, created_at, updated_at)
        SELECT 1, 'INC-F1-20250308-01', 1, 101, employee_id, employee_id, clock_in_time - interval '2 hours', 'yard',
            'vehicle', 'near_miss', 0, 0, 'traffic', 'reported', clock_in_time, clock_in_time
        FROM hr.attendance_records WHERE clock_in_time > %(from)s::timestamptz + interval '3 hours' LIMIT 1""",
    "who_attends_a_session_is_at_work": """WITH longer AS (
            UPDATE hr.training_schedules SET scheduled_start_time = %(from)s::timestamptz + interval '1 hour',
                scheduled_end_time = %(to)s::timestamptz - interval '1 hour'
            WHERE created_at < %(from)s AND schedule_status IN ('planned', 'confirmed') RETURNING training_schedule_id)
        UPDATE hr.training_enrollments SET enrollment_status = 'attended', attendance_hours = 1, passed = true,
            result_recorded_at = updated_at + interval '1 day', updated_at = updated_at + interval '1 day'
        WHERE training_schedule_id IN (SELECT training_schedule_id FROM longer) AND enrollment_status = 'enrolled'""",
    "changes_of_a_career_follow_one_another": """UPDATE hr.employee_employment_history
        SET new_hourly_rate = new_hourly_rate + 1 WHERE change_type = 'hire'""",
    "keys_of_hr_parse_back": """UPDATE hr.attendance_records SET attendance_date = attendance_date + 100
        WHERE created_at >= %(from)s""",
    "people_of_production_are_employed": """UPDATE master.employees SET leave_date = %(from)s::date - 2 WHERE employee_id = (
        SELECT max(employee_id) FROM mes.labor_time_entries WHERE start_time > %(from)s)""",
    "people_of_operations_are_employed": f"""UPDATE master.employees SET leave_date = %(from)s::date - 2 WHERE employee_id = (
        SELECT operator_id FROM operations.production_runs WHERE run_id = {RUN})""",
    "people_of_maintenance_are_employed": """UPDATE master.employees SET leave_date = %(from)s::date - 2 WHERE employee_id = (
        SELECT employee_id FROM cmms.labor_time_entries JOIN cmms.maintenance_technicians USING (technician_id)
        WHERE start_time > %(from)s LIMIT 1)""",
    "people_of_quality_are_employed": """UPDATE master.employees SET hire_date = %(to)s::date + 2 WHERE employee_id = (
        SELECT max(measured_by) FROM qms.spc_data_points WHERE measurement_timestamp >= %(from)s)""",
    "people_of_human_resources_are_employed": """UPDATE master.employees SET created_at = %(to)s, updated_at = %(to)s
        WHERE employee_id = (SELECT max(employee_id) FROM hr.attendance_records WHERE clock_in_time >= %(from)s)""",
    "published.defects can be read": "UPDATE mes.quality_inspections SET defects_found = 0, critical_defects = 0,"
    " major_defects = 0, minor_defects = 0, defect_code = NULL, inspection_result = 'passed', disposition = 'accept'",
}


def test_every_file_of_an_exact_check_has_a_mutation() -> None:
    exact = {check.name for check in checks.load() if check.kind == "exact" and check.name in ALL}
    assert exact == (exact & set(MUTATIONS)) | set(MONTHS)


@pytest.mark.parametrize("name", MUTATIONS)
def test_fails_when_broken(session: psycopg.Connection[Any], name: str) -> None:
    changed = session.execute(MUTATIONS[name].encode(), {"from": WITHIN.start, "to": WITHIN.end})
    assert changed.rowcount >= 1
    [finding] = answer(session, ALL[name], WITHIN)
    assert finding.outcome is Outcome.FAIL, finding.message
    assert finding.offending >= 1
    assert finding.rows


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO operations.sensor_data SELECT * FROM operations.sensor_data LIMIT 1",
        "DELETE FROM operations.sensor_health WHERE sensor_id % 100 = 1",
        """UPDATE operations.sensor_data SET machine_id = machine_id + 1
            WHERE ctid = (SELECT min(ctid) FROM operations.sensor_data)""",
        """UPDATE operations.sensor_data SET measurement_value = 1e6, status = 2
            WHERE ctid = (SELECT min(ctid) FROM operations.sensor_data)""",
    ],
    ids=["twice", "of no sensor", "of another machine", "out of range"],
)
def test_one_pass_over_the_readings_finds_each_mistake(session: psycopg.Connection[Any], change: str) -> None:
    session.execute(change.encode())
    [finding] = answer(session, ALL["readings_follow_from_their_sensor"], WITHIN)
    assert finding.outcome is Outcome.FAIL, finding.message


def test_readings_that_come_later_are_no_mistake(session: psycopg.Connection[Any]) -> None:
    """Rows of a sensor in more than one stretch, as a running plant appends them."""
    moved = session.execute(
        "WITH late AS (DELETE FROM operations.sensor_data WHERE sensor_id % 100 = 1 AND \"timestamp\"::time > '19:00'"
        " RETURNING *) INSERT INTO operations.sensor_data SELECT * FROM late"
    )
    assert moved.rowcount > 100
    [finding] = answer(session, ALL["readings_follow_from_their_sensor"], WITHIN)
    assert finding.outcome is Outcome.PASS, (finding.message, finding.rows)


SHARING = [name for name, check in ALL.items() if check.uses]


def computed(session: psycopg.Connection[Any], check: Check, days: Range = WITHIN) -> list[Rows]:
    """What a check uses, as `run` gives it: computed a day at a time."""
    every = [Rows(shared, "one_db") for shared in check.uses]
    Days(every, days).work(lambda _: session)
    return every


def test_what_reads_a_big_table_whole_shares_it() -> None:
    """A check that joins them must say so: these are the ones that read all days."""
    assert set(SHARING) == {
        "controllers_and_runs_give_the_same_oee",
        "cycles_are_not_faster_than_ideal",
        "parts_counter_never_decreases",
        "power_follows_running",
        "readings_are_delivered_and_seldom_beyond_limits",
        "readings_follow_from_their_sensor",
        "references of operations.scada_machine_data",
        "residuals_keep_their_memory",
        "scada_downtime_equals_downtime_events",
        "seconds_of_a_shift_add_up",
        "sensors_of_a_type_differ",
    } | {name for name in SHARING if name.startswith("references of ")}


def test_what_is_computed_once_says_the_same(endpoints: dict[str, Endpoint]) -> None:
    told: list[Rows] = []
    results = run([(ALL[name], "one_db") for name in SHARING], endpoints, WITHIN, read=told.append)
    assert {rows.shared.name for rows in told} >= {"machine_shifts", "parts_counters", "readings_of_a_day"}
    assert all(rows.complete for rows in told)
    for result in results:
        assert not result.failed, (result.check.name, result.findings)
        with connect(endpoints["one_db"]) as session:
            assert same(result.findings, answer(session, result.check, WITHIN)), result.check.name


def same(some: list[Finding], others: list[Finding]) -> bool:
    """The findings agree, values but for rounding."""
    return [(f.outcome, f.what, f.n, f.offending, pytest.approx(f.value)) for f in some] == [
        (f.outcome, f.what, f.n, f.offending, f.value) for f in others
    ]


@pytest.mark.parametrize("name", [name for name in MUTATIONS if ALL[name].uses])
def test_fails_when_broken_where_it_is_computed_once(session: psycopg.Connection[Any], name: str) -> None:
    session.execute(MUTATIONS[name].encode(), {"from": WITHIN.start, "to": WITHIN.end})
    [alone] = answer(session, ALL[name], WITHIN)
    [finding] = answer(session, ALL[name], WITHIN, computed(session, ALL[name]))
    assert finding.outcome is Outcome.FAIL, finding.message
    assert finding.offending == alone.offending
    assert len(finding.rows) == len(alone.rows)


@pytest.mark.parametrize(
    ("name", "change", "values"),
    [
        ("power_follows_running", "UPDATE operations.scada_machine_data SET power_consumption_kw = 7.1", {"": 0.0}),
        (
            "readings_are_delivered_and_seldom_beyond_limits",
            "UPDATE operations.sensor_data SET status = -2",
            {"beyond warning": 1.0, "beyond critical": 1.0},
        ),
    ],
    ids=["constant power", "all beyond"],
)
def test_a_statistic_of_what_is_computed_once_sees_a_change(
    session: psycopg.Connection[Any], name: str, change: str, values: dict[str, float]
) -> None:
    session.execute(change.encode())
    for rows in ([], computed(session, ALL[name])):
        found = {finding.what: finding.value for finding in answer(session, ALL[name], WITHIN, rows)}
        assert {what: found[what] for what in values} == pytest.approx(values)


def test_the_correlation_of_power_is_that_of_its_sums(session: psycopg.Connection[Any]) -> None:
    """Power and running of all machines trade places: the correlation is that of PostgreSQL's corr, as far as r > 0.8."""
    session.execute("""UPDATE operations.scada_machine_data SET power_consumption_kw = CASE
        WHEN machine_id % 2 = 0 THEN power_consumption_kw ELSE abs(hashint8(scada_id) % 1000) END""")
    [(share,)] = session.execute("""SELECT avg((r > 0.8)::integer) FROM (
        SELECT corr(power_consumption_kw, (machine_state = 'running')::integer) AS r
        FROM operations.scada_machine_data GROUP BY machine_id
        HAVING count(*) FILTER (WHERE machine_state <> 'running') >= 30
            AND count(*) FILTER (WHERE machine_state = 'running') >= 30) AS machines""").fetchall()
    [finding] = answer(session, ALL["power_follows_running"], WITHIN)
    assert 0 < share < 1
    assert finding.value == pytest.approx(float(share))


def test_a_reading_twice_with_two_statuses_is_found(session: psycopg.Connection[Any]) -> None:
    """A value of the wrong status, and the time that there are two of."""
    session.execute("""INSERT INTO operations.sensor_data SELECT (d).* FROM (
        SELECT jsonb_populate_record(d, '{"status": 1}') AS d FROM operations.sensor_data AS d WHERE status = 0 LIMIT 1) AS x""")
    [finding] = answer(session, ALL["readings_follow_from_their_sensor"], WITHIN)
    assert [row["readings"] for row in finding.rows if row["twice_at"]] == [2]
    assert {row["status"] for row in finding.rows if not row["twice_at"]} == {1}


def test_readings_within_a_minute_are_no_mistake(session: psycopg.Connection[Any]) -> None:
    changed = session.execute("""UPDATE operations.sensor_data SET "timestamp" = "timestamp" - interval '119 seconds'
        WHERE sensor_id = 1010101 AND extract(minute FROM "timestamp") IN (5, 35)""")
    assert changed.rowcount > 100
    session.execute("""INSERT INTO operations.sensor_data SELECT (d).* FROM (
        SELECT jsonb_populate_record(d, jsonb_build_object('timestamp', "timestamp" + interval '7 seconds')) AS d
        FROM operations.sensor_data AS d WHERE sensor_id = 1010101 AND extract(second FROM "timestamp") = 0) AS x""")
    [finding] = answer(session, ALL["readings_follow_from_their_sensor"], WITHIN)
    assert finding.outcome is Outcome.PASS, (finding.message, finding.rows)


def test_a_counter_that_falls_over_night_is_found(session: psycopg.Connection[Any]) -> None:
    """The first message of a UTC day, against the last of the day before."""
    session.execute("""UPDATE operations.scada_machine_data SET parts_produced_cumulative = parts_produced_cumulative - 9000
        WHERE machine_id = 10101 AND "timestamp" >= '2025-03-10' AND "timestamp" < '2025-03-11'""")
    check = ALL["parts_counter_never_decreases"]
    for rows in ([], computed(session, check)):
        [finding] = answer(session, check, WITHIN, rows)
        assert finding.offending == 1
        assert finding.rows[0]["machine_id"] == 10101


def test_without_temporary_tables_a_check_computes_what_it_uses(session: psycopg.Connection[Any]) -> None:
    check = ALL["cycles_are_not_faster_than_ideal"]
    rows = computed(session, check)
    rows[0].complete = False
    [finding] = answer(session, check, WITHIN, rows)
    assert finding.outcome is Outcome.PASS, finding.message


def test_the_days_of_a_range_begin_with_it() -> None:
    noon = START + timedelta(hours=12)
    assert days(Range(noon, noon + timedelta(days=1, hours=6))) == [
        Range(noon, noon + timedelta(days=1)),
        Range(noon + timedelta(days=1), noon + timedelta(days=1, hours=6)),
    ]


def planned(session: psycopg.Connection[Any], query: str, *, run: bool = False) -> dict[str, Any]:
    """PostgreSQL's plan of a query, as a tree of nodes."""
    [(explained,)] = session.execute(f"EXPLAIN ({'ANALYZE, ' if run else ''}FORMAT JSON) {query}".encode()).fetchall()
    return explained[0]["Plan"]  # type: ignore[no-any-return]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


LATEST = """SELECT DISTINCT ON (sensor_id) sensor_id, health_score, overall_status, "timestamp"
    FROM operations.sensor_health ORDER BY sensor_id, "timestamp" DESC"""
SHOWN = "SELECT sensor_id, health_score, overall_status, assessed_at FROM published.sensors ORDER BY sensor_id"


def test_published_sensors_are_the_latest_assessment_of_each(session: psycopg.Connection[Any]) -> None:
    latest = session.execute(LATEST).fetchall()
    assert session.execute(SHOWN).fetchall() == latest
    assert len(latest) == 48
    # While the last assessment is being recorded, the one before it is shown, of all sensors.
    session.execute("""DELETE FROM operations.sensor_health WHERE sensor_id % 2 = 0
        AND "timestamp" = (SELECT max("timestamp") FROM operations.sensor_health)""")
    shown = session.execute(SHOWN).fetchall()
    assert [row[0] for row in shown] == [row[0] for row in latest]
    assert {row[3] for row in shown} == {WITHIN.end - timedelta(hours=3, seconds=30)}


@pytest.mark.parametrize(
    "where",
    ["true", "sensor_type = 'vibration'", "machine_id = 10101", "sensor_id = 1010101", "measurement_unit = 'mm/s'"],
)
def test_the_planner_knows_how_many_sensors_there_are(session: psycopg.Connection[Any], where: str) -> None:
    [(actual,)] = session.execute(f"SELECT count(*) FROM published.sensors WHERE {where}".encode()).fetchall()
    estimate = planned(session, f"SELECT * FROM published.sensors WHERE {where}")["Plan Rows"]
    assert actual >= 1
    assert actual / 2 <= estimate <= actual * 2 + 1


def test_a_join_evaluates_the_sensors_once(session: psycopg.Connection[Any]) -> None:
    day = f"d.\"timestamp\" >= '{START}' AND d.\"timestamp\" < '{START + timedelta(days=1)}'"
    joined = f"""SELECT d.sensor_id, s.sensor_type, s.measurement_unit, d.measurement_value
        FROM operations.sensor_data AS d JOIN published.sensors AS s USING (sensor_id) WHERE {day}"""
    plan = planned(session, joined, run=True)
    assert plan["Actual Rows"] > 20_000
    assert plan["Plan Rows"] < 3 * plan["Actual Rows"] < 9 * plan["Plan Rows"]
    assessments = [node for node in nodes(plan) if node.get("Relation Name") == "sensor_health"]
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in assessments) <= 48 * 8
    assert plan["Actual Total Time"] < 2_000  # ms; a fiftieth of it on a quiet machine


VIEWS = {view.qualified: module for module in modules.BY_NAME for view in CATALOG.modules[module].views.values()}


@pytest.mark.parametrize("view", VIEWS)
def test_the_planner_knows_the_size_of_every_published_view(session: psycopg.Connection[Any], view: str) -> None:
    [(actual,)] = session.execute(f"SELECT count(*) FROM {view}".encode()).fetchall()
    plan = planned(session, f"SELECT * FROM {view}")
    assert actual / 3 <= plan["Plan Rows"] <= actual * 3 + 10
    # Nothing recursive, and no subquery for each row: the cost of a row must not depend on the join around it.
    assert not [
        n for n in nodes(plan) if n["Node Type"] == "Recursive Union" or n.get("Parent Relationship") == "SubPlan"
    ]


def test_a_file_that_covers_what_no_table_implies_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Check("some", "It is so.", "exact", "SELECT 1 FROM mes.operations", covers=("references of mes.nothing",))
    monkeypatch.setattr(checks, "load", lambda: [one])
    with pytest.raises(UserError, match=r"some\.sql covers 'references of mes.nothing'"):
        every(CATALOG, 1, CATALOG.modules)


def columns_judged(loaded: set[str], table: str) -> str:
    [check] = [c for c in generated.generate(CATALOG, 1, loaded) if c.name == f"columns of {table}"]
    return check.sql


def test_a_column_that_names_what_is_not_loaded_is_not_judged() -> None:
    """The purchase order of a receipt, which only erp could have placed; the part itself, in any case."""
    without = columns_judged({"master", "cmms"}, "cmms.mro_parts_transactions")
    assert '"purchase_order_id"' not in without
    assert '"mro_part_id"' in without
    assert '"performed_by"' in without  # -> master.employees
    assert '"performed_by"' not in columns_judged({"cmms"}, "cmms.mro_parts_transactions")
    loaded = columns_judged({"master", "cmms", "erp"}, "cmms.mro_parts_transactions")
    assert '"purchase_order_id"' in loaded


def test_nor_one_that_names_it_by_a_column_that_is_not_unique() -> None:
    """A sensor, ~> operations.sensor_health."""
    alerts = "cmms.condition_monitoring_alerts"
    assert '"sensor_id"' not in columns_judged({"master", "cmms"}, alerts)
    assert '"sensor_id"' in columns_judged({"master", "cmms", "operations"}, alerts)


def test_a_window_of_three_days_holds_too(session: psycopg.Connection[Any]) -> None:
    within = Range(START + timedelta(days=1), START + timedelta(days=4))
    failed = [
        name
        for name, check in EXACT.items()
        if any(f.outcome is not Outcome.PASS for f in answer(session, check, within))
    ]
    assert not failed


def test_finds_what_is_loaded(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    there = loaded(conf, endpoints, CATALOG)
    assert there.modules == set(modules.BY_NAME)
    assert there.end == WITHIN.end


def test_a_module_is_loaded_as_far_as_each_of_its_scopes(conf: Config, endpoints: dict[str, Endpoint]) -> None:
    last = f"tstzrange('{WITHIN.end - timedelta(days=1)}', '{WITHIN.end}')"
    with connect(endpoints["one_db"]) as connection:
        connection.execute("CREATE TABLE kept AS TABLE genims.ledger")
        try:
            connection.execute(
                f"UPDATE genims.ledger SET covered = covered - {last} WHERE scope = 'operations.sensor_data'"
                " AND NOT lower_inf(covered)".encode()
            )
            assert loaded(conf, endpoints, CATALOG).end == WITHIN.end - timedelta(days=1)
            connection.execute("DELETE FROM genims.ledger WHERE scope = 'operations.sensor_data'")
            assert loaded(conf, endpoints, CATALOG).modules == set(modules.BY_NAME) - {"operations"}
        finally:
            connection.execute("TRUNCATE genims.ledger")
            connection.execute("INSERT INTO genims.ledger TABLE kept")
            connection.execute("DROP TABLE kept")


def test_a_check_runs_where_its_tables_are() -> None:
    separate = configuration.load(["scale=tiny"])
    together = configuration.load(["scale=tiny", "topology=minimal5"])
    check = ALL["runs_sum_to_work_orders"]
    assert check.modules(CATALOG) == ("operations", "mes")
    assert place(check, CATALOG, separate) == separate.topology.hub
    assert place(check, CATALOG, together) == "genims_operations_db"
    assert place(ALL["oee_is_availability_performance_quality"], CATALOG, separate) == "genims_operations_db"


def statistic(value: str, low: str, high: str, n: int, needed: int) -> Check:
    query = f"SELECT 'it' AS what, {value}::float8 AS value, {low}::float8 AS low, {high}::float8 AS high, {n} AS n, {needed} AS n_needed"
    return Check("it", "It is so.", "statistic", query)


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        (statistic("0.5", "0.4", "0.6", 10, 10), Outcome.PASS),
        (statistic("0.4", "0.4", "0.6", 10, 10), Outcome.PASS),
        (statistic("0.3", "0.4", "0.6", 10, 10), Outcome.FAIL),
        (statistic("0.7", "0.4", "0.6", 10, 10), Outcome.FAIL),
        (statistic("0.7", "0.4", "NULL", 10, 10), Outcome.PASS),
        (statistic("0.3", "0.4", "NULL", 9, 10), Outcome.TOO_FEW),
        (statistic("NULL", "0.4", "NULL", 10, 10), Outcome.TOO_FEW),
        (statistic("1 / 0", "0.4", "NULL", 10, 10), Outcome.ERROR),
    ],
)
def test_a_statistic_is_judged_by_its_band_and_its_n(
    session: psycopg.Connection[Any], check: Check, outcome: Outcome
) -> None:
    [finding] = answer(session, check, WITHIN)
    assert finding.outcome is outcome


@pytest.mark.parametrize(
    ("n", "times"),
    # Student's t, exceeded once in 100,000 times either way: 1 / (pi 5e-6) for one degree of freedom, three terms of its
    # series in 1 / 29, and the normal's.
    [(2, 63_662), (30, 4.4172 + 0.7811 + 0.1214 + 0.0141), (1_000_000, 4.4172)],
)
def test_a_band_is_widened_by_the_error_between_so_many_entities(n: int, times: float) -> None:
    assert margin(n, 0.01) == pytest.approx(0.01 * times, rel=1e-3)
    assert margin(n, 0.0) == 0.0


@pytest.mark.parametrize(("value", "outcome"), [(0.95, Outcome.PASS), (0.99, Outcome.FAIL), (0.05, Outcome.FAIL)])
def test_a_statistic_with_an_error_has_so_much_more_room(
    session: psycopg.Connection[Any], value: float, outcome: Outcome
) -> None:
    """8.83 errors of 0.04 beside a band from 0.5 to 0.6: 0.147 to 0.953."""
    query = f"SELECT {value} AS value, 0.5 AS low, 0.6 AS high, 10 AS n, 10 AS n_needed, 0.04 AS error"
    [finding] = answer(session, Check("it", "It is so.", "statistic", query), WITHIN)
    assert finding.outcome is outcome
    assert (finding.low, finding.high) == (pytest.approx(0.147, abs=1e-3), pytest.approx(0.953, abs=1e-3))


def test_a_view_may_be_empty_while_nothing_is_behind_it(session: psycopg.Connection[Any]) -> None:
    """On a holiday no machine has a reading; where there are few inspections none has found a defect."""
    session.execute("TRUNCATE operations.sensor_data")
    [finding] = answer(session, ALL["published.sensor_data can be read"], WITHIN)
    assert finding.outcome is Outcome.PASS
    session.execute("DELETE FROM mes.quality_inspections WHERE defects_found > 0")
    [finding] = answer(session, ALL["published.defects can be read"], WITHIN)
    assert finding.outcome is Outcome.FAIL
    session.execute(
        "DELETE FROM mes.quality_inspections WHERE inspection_id <> (SELECT min(inspection_id) FROM mes.quality_inspections)"
    )
    [finding] = answer(session, ALL["published.defects can be read"], WITHIN)
    assert finding.outcome is Outcome.PASS


def test_more_days_do_not_make_up_for_machines() -> None:
    """Columns must vary in the acceptance run, 200 machines for 90 days, not in two years of a small plant."""
    assert generated.machine_days(200, 90.0) == 18_000
    assert generated.machine_days(40, 700.0) == 3_600


def test_offending_rows_are_counted_and_the_first_are_shown(session: psycopg.Connection[Any]) -> None:
    check = Check("numbers", "There are no numbers.", "exact", "SELECT i AS number FROM generate_series(1, 700) AS i")
    [finding] = answer(session, check, WITHIN)
    assert finding.offending == 700
    assert finding.rows == [{"number": n} for n in (1, 2, 3, 4, 5)]


def write(folder: Path, text: str) -> Path:
    path = folder / "what_it_says.sql"
    path.write_text(text)
    return path


def test_reads_a_header(tmp_path: Path) -> None:
    text = """-- check: All is well,
--   day and night.
-- kind: exact
-- rare: it seldom is
-- why: not a key of the header
SELECT * FROM mes.work_orders WHERE created_at >= :from AND created_at::date < :to;
"""
    with pytest.raises(UserError, match="header has 'why'"):
        checks.read(write(tmp_path, text))
    check = checks.read(write(tmp_path, text.replace("-- why: not a key of the header\n", "")))
    assert (check.name, check.title, check.kind) == ("what_it_says", "All is well, day and night.", "exact")
    assert check.rare == "it seldom is"
    assert check.tables == ("mes.work_orders",)
    assert check.query(WITHIN) == (
        "SELECT * FROM mes.work_orders WHERE created_at >= timestamptz '2025-03-07 00:00:00+00'"
        " AND created_at::date < timestamptz '2025-03-12 00:00:00+00'"
    )


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("SELECT * FROM few", "WITH few AS MATERIALIZED (\nSELECT 1\n)\nSELECT * FROM few"),
        (
            "-- So.\nWITH a AS (SELECT * FROM few)\nTABLE a",
            "-- So.\nWITH few AS MATERIALIZED (\nSELECT 1\n), a AS (SELECT * FROM few)\nTABLE a",
        ),
    ],
    ids=["plain", "with parts"],
)
def test_a_query_has_what_it_uses_as_a_part(tmp_path: Path, body: str, query: str) -> None:
    few = Shared("few", "Few rows.", "SELECT 1")
    text = f"-- check: All is well.\n-- kind: exact\n-- uses: few\n{body};\n"
    check = checks.read(write(tmp_path, text), {"few": few})
    assert check.query(WITHIN) == query
    assert check.statement(WITHIN) == body
    with pytest.raises(UserError, match=r"uses few, but there is no sql/checks/shared/few\.sql"):
        checks.read(write(tmp_path, text))


def test_what_is_shared_says_what_it_is(tmp_path: Path) -> None:
    assert checks.read_shared(write(tmp_path, "-- shared: Few rows.\nSELECT 1;\n")).sql == "SELECT 1"
    with pytest.raises(UserError, match="needs `-- shared:`"):
        checks.read_shared(write(tmp_path, "SELECT 1;"))


def test_a_header_needs_a_kind(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs"):
        checks.read(write(tmp_path, "-- check: All is well.\nSELECT 1"))


def test_a_table_that_no_module_has_is_named() -> None:
    with pytest.raises(UserError, match=r"mes\.wrok_orders, which no module has"):
        Check("it", "It.", "exact", "SELECT 1 FROM mes.wrok_orders").modules(CATALOG)


def test_reads_the_command_line() -> None:
    options = parse(["scale=tiny", "--from", "2025-01-02", "--to=2025-01-05", "--only", "line_oee", "runs", "seed=7"])
    assert options == Options(
        start=datetime(2025, 1, 2, tzinfo=UTC),
        end=datetime(2025, 1, 5, tzinfo=UTC),
        only=["line_oee", "runs"],
        overrides=["scale=tiny", "seed=7"],
    )


@pytest.mark.parametrize("given", [["--config-dir=mine"], ["--config-dir", "mine"]])
def test_a_folder_of_ones_own_goes_to_the_configuration(given: list[str]) -> None:
    assert parse([*given, "scale=two", "--list"]) == Options(overrides=["scale=two", "--config-dir=mine"], list=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--form", "2025-01-01"], "unknown option --form; did you mean --from\\?"),
        (["--jason"], "unknown option --jason; did you mean --json\\?"),
        (["--junits=a.xml"], "unknown option --junits; did you mean --junit\\?"),
        (["--from", "yesterday"], "'yesterday' is no date"),
        (["--only"], "--only: expected at least one argument"),
        (["--only", "seed=5"], "name a check"),
        (["--sql"], "--sql: expected one argument"),
    ],
)
def test_refuses_a_wrong_command_line(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(arguments)


def test_a_misspelt_check_is_answered_with_a_near_one() -> None:
    with pytest.raises(UsageError, match="did you mean line_oee_closes"):
        choose(list(ALL.values()), ["line_oee_close_s"])


def test_the_range_stays_within_what_is_loaded(conf: Config) -> None:
    there = Loaded(frozenset({"master"}), WITHIN.end)
    assert range_of(conf, Options(), there) == WITHIN
    later = Options(start=START - timedelta(days=9), end=START + timedelta(days=99))
    assert range_of(conf, later, there) == WITHIN
    with pytest.raises(UsageError, match="nothing to check"):
        range_of(conf, Options(start=WITHIN.end), there)
