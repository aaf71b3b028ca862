"""Quality management: the same rows however asked, nothing from the future, constraints and sums that hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
import pytest
from psycopg import sql

from genims_ray import config
from genims_ray.modules import qms
from genims_ray.pipeline.sinks import MemorySink
from genims_ray.postgres.embedded import EmbeddedServer
from genims_ray.verify import checks
from genims_ray.verify.checks import Range
from genims_ray.verify.run import Outcome, answer
from genims_ray.world import DAY, HOUR, OPENING, Window, World
from genims_ray.world.params import Plant
from genims_ray.world.quality.gauge_studies import variations
from tests.modules.rows import Rows, copy

QMS = Rows("qms")
DAYS = 36
"""A month's end, and what is computed after it, lie within."""


@pytest.fixture(scope="module")
def by_day(world: World) -> MemorySink:
    return QMS.history(world, [d * DAY for d in range(DAYS + 1)])


@pytest.mark.parametrize(
    "cuts",
    [[0, DAYS * DAY], [0, 5 * HOUR + 17, 2 * DAY + 1, 9 * DAY + 30_601, 31 * DAY + HOUR, 33 * DAY, DAYS * DAY]],
    ids=["one", "uneven"],
)
def test_windows_may_be_cut_anywhere(plant: Plant, by_day: MemorySink, cuts: list[int]) -> None:
    QMS.assert_same(by_day, QMS.history(World(plant), cuts))


def test_nothing_comes_from_the_future(world: World) -> None:
    windows = [
        Window(OPENING, world.start),
        Window(world.start + 3 * DAY, world.start + 3 * DAY + 5 * HOUR),
        Window(world.start + 32 * DAY, world.start + 33 * DAY),
    ]
    QMS.assert_nothing_later(world, windows)


@pytest.mark.parametrize("seed", range(1, 9))
def test_findings_link_only_cases_that_history_holds(plant: Plant, seed: int) -> None:
    """Of an audit with a case that goes on when history begins, the others may be closed."""
    world = World(replace(plant, seed=seed))
    window = Window(OPENING, world.start)
    linked = qms.audit_findings(world, window)["linked_capa_id"].compressed()
    assert set(linked.tolist()) <= set(qms.capa_headers(world, window)["capa_header_id"].tolist())


# --- In PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session(server: EmbeddedServer, by_day: MemorySink) -> Iterator[psycopg.Connection]:
    with QMS.recorded(server, by_day) as connection:
        yield connection


def test_every_state_of_a_row_satisfies_the_checks(session: psycopg.Connection, world: World) -> None:
    windows = [Window(OPENING, world.start)]
    for first in (0, 7, 8, 30, 31, 32):
        start = world.start + first * DAY
        windows += [Window(t, t + 3 * HOUR) for t in range(start, start + DAY, 3 * HOUR)]
    QMS.assert_states_satisfy_checks(session, world, windows)


def test_rows_refer_to_what_is_recorded_before(session: psycopg.Connection, plant: Plant) -> None:
    """Unit by unit, as they are loaded: no row refers to one of a later window."""
    fresh = World(plant)
    with session.transaction(force_rollback=True):
        for name in reversed(QMS.tables):
            session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("qms", name)))
        windows = [Window(OPENING, fresh.start)]
        windows += [Window(fresh.start + d * DAY, fresh.start + (d + 1) * DAY) for d in range(20)]
        for window in windows:
            for name, rows in QMS.ask(fresh, window).items():
                table = QMS.schema.tables[name]
                if table.mutable and rows.num_rows:
                    session.execute(
                        sql.SQL("CREATE TEMP TABLE incoming (LIKE {}) ON COMMIT DROP").format(
                            sql.Identifier("qms", name)
                        )
                    )
                    copy(session, sql.Identifier("incoming"), rows)
                    key = sql.Identifier(table.primary_key[0])
                    sets = sql.SQL(", ").join(
                        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in rows.column_names
                    )
                    session.execute(
                        sql.SQL("INSERT INTO {} SELECT * FROM incoming ON CONFLICT ({}) DO UPDATE SET {}").format(
                            sql.Identifier("qms", name), key, sets
                        )
                    )
                    session.execute("DROP TABLE incoming")
                else:
                    copy(session, sql.Identifier("qms", name), rows)


NOTHING = {
    "defects of a report add up to its quantity": """
        SELECT FROM qms.ncr_headers AS n LEFT JOIN qms.ncr_defect_details AS d USING (ncr_header_id)
        GROUP BY n.ncr_header_id, n.quantity_defective HAVING sum(d.quantity_defective) IS DISTINCT FROM n.quantity_defective""",
    "decisions on a report add up to its quantity": """
        SELECT FROM qms.ncr_headers AS n LEFT JOIN qms.ncr_dispositions AS d USING (ncr_header_id)
        WHERE n.ncr_status IN ('dispositioned', 'closed') GROUP BY n.ncr_header_id, n.quantity_defective
        HAVING sum(d.disposition_quantity) IS DISTINCT FROM n.quantity_defective""",
    "a closed report has all decisions carried out": """
        SELECT FROM qms.ncr_headers AS n JOIN qms.ncr_dispositions AS d USING (ncr_header_id)
        WHERE n.ncr_status = 'closed' AND (d.executed_at IS NULL OR d.executed_at > n.closed_date)""",
    "what was rejected on receipt has a report": """
        SELECT FROM qms.incoming_inspection_lots AS l LEFT JOIN qms.ncr_headers AS n USING (inspection_lot_id)
        WHERE l.quantity_rejected > 0 AND l.decided_at < timestamptz '2025-02-05' AND n.quantity_defective IS DISTINCT FROM l.quantity_rejected""",
    "specimens of a lot are those of its characteristics": """
        SELECT FROM qms.incoming_inspection_lots AS l JOIN qms.incoming_inspection_results AS r USING (inspection_lot_id)
        WHERE l.lot_status = 'decided' GROUP BY l.inspection_lot_id, l.critical_defects, l.major_defects, l.minor_defects
        HAVING sum(r.defective_quantity) <> l.critical_defects + l.major_defects + l.minor_defects""",
    "a link of a complaint is a report that links back": """
        SELECT FROM qms.customer_complaints AS c LEFT JOIN qms.ncr_headers AS n ON n.ncr_header_id = c.linked_ncr_id
        WHERE c.linked_ncr_id IS NOT NULL AND n.customer_complaint_id IS DISTINCT FROM c.customer_complaint_id""",
    "a finding's case links back": """
        SELECT FROM qms.audit_findings AS f LEFT JOIN qms.capa_headers AS c ON c.capa_header_id = f.linked_capa_id
        WHERE f.linked_capa_id IS NOT NULL AND c.finding_id IS DISTINCT FROM f.finding_id""",
    "findings of an audit are counted": """
        SELECT FROM qms.quality_audits AS a WHERE a.major_findings + a.minor_findings + a.observations <> (
            SELECT count(*) FROM qms.audit_findings AS f WHERE f.audit_id = a.audit_id)""",
    "the calibration of a gauge is its last one": """
        SELECT FROM qms.measuring_equipment AS e WHERE e.last_calibration_date <> (
            SELECT max(calibration_date) FROM qms.calibration_records AS c WHERE c.equipment_id = e.equipment_id)""",
    "charts are measured in their own unit": """
        SELECT FROM qms.spc_control_charts AS c JOIN qms.control_plan_characteristics AS p USING (characteristic_id)
        WHERE c.unit_of_measure <> p.unit_of_measure OR p.control_method <> 'spc_chart'
            OR abs((p.upper_spec_limit - p.target_value) - c.upper_spec_limit) > 1e-9""",
    "values lie within the range of their gauge": """
        SELECT FROM (
            SELECT equipment_id, min_value AS value FROM qms.incoming_inspection_results
            UNION ALL SELECT equipment_id, max_value FROM qms.incoming_inspection_results
            UNION ALL SELECT equipment_id, actual_value FROM qms.ncr_defect_details
        ) AS measured JOIN qms.measuring_equipment AS e USING (equipment_id)
        WHERE value NOT BETWEEN e.measurement_range_min AND e.measurement_range_max""",
    "what a plan controls can be measured": """
        SELECT FROM qms.control_plan_characteristics AS c JOIN (VALUES
            ('caliper', 0, 150), ('micrometer', 25, 50), ('height_gauge', 0, 600), ('bore_gauge', 18, 50),
            ('thread_gauge', 3, 20), ('cmm', 0, 700), ('roughness_tester', 0.05, 10), ('hardness_tester', 20, 70),
            ('torque_wrench', 5, 60), ('scale', 0.5, 600), ('vision_system', 0.1, 50), ('multimeter', 0, 200)
        ) AS kind (equipment_type, low, high) USING (equipment_type)
        WHERE c.target_value - coalesce(c.upper_spec_limit - c.target_value, 0) < kind.low OR c.upper_spec_limit > kind.high""",
    "a value that is off lies beyond the limit of its characteristic, not far from it": """
        SELECT FROM qms.ncr_defect_details AS d JOIN qms.control_plan_characteristics AS c USING (characteristic_id)
        WHERE d.actual_value <= c.upper_spec_limit - 0.001
            OR d.actual_value > c.upper_spec_limit + 0.5 * (c.upper_spec_limit - c.target_value)""",
    "variation of a gauge adds up": """
        SELECT FROM qms.msa_studies WHERE abs(grr_pct - 100 * sqrt(equipment_variation ^ 2 + appraiser_variation ^ 2)
            / sqrt(equipment_variation ^ 2 + appraiser_variation ^ 2 + part_variation ^ 2)) > 1e-9
            OR distinct_categories <> greatest(1, floor(1.41 * part_variation
                / sqrt(equipment_variation ^ 2 + appraiser_variation ^ 2)))""",
    "five parts are measured three times by three": """
        SELECT FROM qms.msa_studies WHERE part_count NOT IN (5, 10) OR appraiser_count * part_count < 15
            OR (part_count = 5 AND (trial_count <> 3 OR study_reason <> 'periodic'))""",
    "costs of a report are its entries": """
        SELECT FROM qms.ncr_headers AS n WHERE n.ncr_status = 'closed' AND n.closed_date >= timestamptz '2025-01-01'
            AND n.total_cost <> (SELECT coalesce(sum(amount), 0) FROM qms.quality_cost_entries AS e
                WHERE e.ncr_header_id = n.ncr_header_id)""",
    "costs of a day are its entries": """
        SELECT FROM qms.quality_kpis AS k WHERE k.total_coq > 0 AND NOT EXISTS (
            SELECT FROM qms.quality_cost_entries AS e WHERE e.factory_id = k.factory_id)""",
}  # fmt: skip


def test_a_study_recovers_what_it_measures() -> None:
    """Of many studies: the average and range method gives, on average, the spread that there is. The factors of
    AIAG for one range make its square right, and with it the mean a little low."""
    n = 4_000
    at = (np.arange(n), np.arange(n) % 7)
    world = World(config.load(["scale=tiny"]).plant)
    for appraisers, parts, trials in ((3, 10, 3), (2, 10, 2), (3, 5, 3)):
        counts = (np.full(n, x) for x in (appraisers, parts, trials))
        repeat, hands, between = variations(world.rng, at, *counts)
        assert repeat.mean() == pytest.approx(0.11 * np.exp(0.45**2 / 2), rel=0.03)  # mean of a lognormal
        assert np.sqrt((between**2).mean()) == pytest.approx(1.0, rel=0.03)
        assert between.mean() == pytest.approx({5: 2.326 / 2.481, 10: 3.078 / 3.179}[parts], rel=0.03)
        assert (hands**2).mean() == pytest.approx(0.07**2 * np.exp(2 * 0.6**2), rel=0.3)


@pytest.mark.parametrize("offending", NOTHING.values(), ids=NOTHING.keys())
def test_no_row_offends(session: psycopg.Connection, offending: str) -> None:
    assert session.execute(f"SELECT count(*) FROM ({offending}) AS rows".encode()).fetchone() == (0,)


MUTATIONS = {
    "capability_recomputes": "UPDATE qms.spc_control_charts SET cpk = cpk + 0.01 WHERE last_calculation_date > %(from)s",
    "effectiveness_is_what_was_measured": """
        UPDATE qms.capa_headers SET defect_rate_after_ppm = CASE WHEN effectiveness_verified THEN defect_rate_before_ppm ELSE 0 END
        WHERE effectiveness_review_date IS NOT NULL AND defect_code_id IS NOT NULL AND defect_rate_before_ppm > 0""",
    "rejected_lots_are_disposed_of": """
        UPDATE qms.incoming_inspection_lots SET usage_decision = 'rejected', quantity_accepted = 0, quantity_rejected = lot_quantity
        WHERE usage_decision = 'accepted' AND decided_at > %(from)s""",
    "supplier_figures_recompute": """
        UPDATE qms.supplier_quality_metrics SET ncr_count = ncr_count + 1 WHERE created_at > %(from)s""",
}
"""Of checks that see nothing in the few days of the tests of `verify`."""


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_check_of_months_fails_when_broken(session: psycopg.Connection, world: World, name: str) -> None:
    start = datetime.fromtimestamp(world.start, UTC)
    within = Range(start, start + timedelta(days=DAYS))
    [check] = [check for check in checks.load() if check.name == name]
    with session.transaction(force_rollback=True):
        [before] = answer(session, check, within)
        assert before.outcome is Outcome.PASS
        assert session.execute(MUTATIONS[name].encode(), {"from": start}).rowcount >= 1
        [after] = answer(session, check, within)
        assert after.outcome is Outcome.FAIL, after.message
