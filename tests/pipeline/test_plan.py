"""Units tile what is missing, exactly."""

from hypothesis import given
from hypothesis import strategies as st

from genims_ray.pipeline.plan import Unit, cut, plan, subtract
from genims_ray.window import DAY, OPENING, Window

START = 20_000 * DAY
ALL = Window(OPENING, START + 10 * DAY)

HALF_HOURS = st.integers(-20, 60 * 48).map(lambda n: START + n * 1800)
SPANS = st.tuples(st.one_of(st.just(OPENING), HALF_HOURS), HALF_HOURS)
RANGES = st.lists(SPANS.filter(lambda s: s[0] < s[1]).map(lambda s: Window(*s)), max_size=6)


@given(RANGES, RANGES, st.integers(1, 50), st.floats(0, 1e7), st.integers(1, 3_000_000))
def test_units_tile_what_is_missing(master, operations, days, rate, unit_rows):
    horizon = Window(OPENING, START + days * DAY)
    covered = {"master": master, "operations": operations}
    units = plan(["master", "operations"], horizon, START, covered, {"master": 3.0, "operations": rate}, unit_rows)
    for scope, ranges in covered.items():
        pieces = sorted(u.window for u in units if u.scope == scope) + list(ranges)
        probes = {horizon.start, horizon.end} | {e for w in pieces for e in (w.start, w.end)}
        for t in probes:
            hits = sum(u.window.start <= t < u.window.end for u in units if u.scope == scope)
            missing = horizon.start <= t < horizon.end and not any(w.start <= t < w.end for w in ranges)
            assert hits == missing


@given(RANGES)
def test_units_never_span_midnight_of_a_planned_length(ranges):
    for unit in plan(["operations"], ALL, START, {"operations": ranges}, {"operations": 1e6}, 1_500_000):
        if not unit.window.is_opening:
            assert unit.window.seconds <= DAY
            assert (unit.window.end - 1) // DAY == unit.window.start // DAY


def test_openings_first_then_by_the_time_at_which_they_end():
    units = plan(["master", "mes"], ALL, START, {}, {"master": 1, "mes": 250}, 1000, unit_days=5)
    opening = Window(OPENING, START)

    def days(a, b):
        return Window(START + a * DAY, START + b * DAY)

    assert units == [
        Unit("master", opening),
        Unit("mes", opening),
        Unit("mes", days(0, 4)),
        Unit("master", days(0, 5)),
        Unit("mes", days(4, 8)),
        Unit("master", days(5, 10)),
        Unit("mes", days(8, 10)),
    ]


def test_scopes_of_a_module_are_cut_together():
    """Sensors have 200,000 rows a day, the rest 50,000: two days of both fit into 500,000."""
    rows = {"operations": 5e4, "operations.sensor_data": 2e5}
    four = Window(START, START + 4 * DAY)
    covered = {"operations": [Window(START, START + 2 * DAY)]}
    units = plan(list(rows), four, START, covered, rows, 500_000)
    first, second = Window(START, START + 2 * DAY), Window(START + 2 * DAY, START + 4 * DAY)
    assert units == [
        Unit("operations.sensor_data", first),
        Unit("operations", second),
        Unit("operations.sensor_data", second),
    ]
    assert {unit.module for unit in units} == {"operations"}


def test_nothing_is_missing():
    assert plan(["mes"], ALL, START, {"mes": [Window(OPENING, START), Window(START, ALL.end)]}, {}, 10) == []


def test_a_longer_horizon_loads_only_its_end():
    loaded = [Window(OPENING, START), Window(START, START + 8 * DAY)]
    units = plan(["mes"], ALL, START, {"mes": loaded}, {"mes": 1e9}, 10)
    assert [u.window.start for u in units] == [START + 8 * DAY, START + 9 * DAY]


def test_subtract_by_hand():
    free = subtract(Window(0, 100), [Window(40, 50), Window(-10, 10), Window(45, 60), Window(100, 120)])
    assert free == [Window(10, 40), Window(60, 100)]


def test_cut_starts_again_at_midnight():
    assert cut(Window(DAY + 5, 4 * DAY), 2) == [Window(DAY + 5, 3 * DAY), Window(3 * DAY, 4 * DAY)]
