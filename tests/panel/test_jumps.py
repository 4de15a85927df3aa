import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from panel_records import record

from gxnlp.panel import JumpRule, PanelSettings, build_panel
from gxnlp.panel.jumps import out_of_line

SETTINGS = PanelSettings(texts=False)
NAME = "requests.new.total"


def panel(pairs, name=NAME, unit="件", years=(2020, 2021)):
    bodies = [f"青山市{chr(0x4E00 + i)}县财政局" for i in range(len(pairs))]
    records = [
        record(body, year, {name: value}, units={name: unit})
        for body, pair in zip(bodies, pairs, strict=True)
        for year, value in zip(years, pair, strict=True)
        if value is not None
    ]
    return build_panel(records, settings=SETTINGS), bodies


STEADY = [(100 + i, 100 + 2 * i) for i in range(12)]


def test_the_effects_are_those_of_the_paper():
    # Ratios .5 1 1 1 2, median 1; effects s * sqrt(max): -1 * sqrt(100), 0, 0, 0, 1 * sqrt(400).
    before, after = np.array([100, 50, 60, 70, 200.0]), np.array([50, 50, 60, 70, 400.0])
    assert out_of_line(before, after, JumpRule(least_ratio=1)).tolist() == [True, False, False, False, True]
    # Quartiles fall together at 0: what is less than the least ratio is in line all the same.
    assert not out_of_line(before, after, JumpRule()).any()


def test_a_value_a_hundred_times_the_last_is_found_with_its_place():
    built, bodies = panel([*STEADY, (100, 10_000)])
    (row,) = built.checks.itertuples()
    assert (row.id, row.body, row.year, row.status) == (f"jump.{NAME}", bodies[-1], 2021, "fail")
    assert (int(row.left), int(row.right), row.start, row.end) == (10_000, 100, 0, 5)
    assert "from 100 to 10000, 100 times" in row.detail
    assert built.judged == (13, 0)


def test_a_fall_is_found_as_well_as_a_rise():
    built, _ = panel([*STEADY, (10_000, 100)])
    assert built.checks["body"].nunique() == 1


def test_what_all_bodies_do_is_no_jump():
    built, _ = panel([(10 + i, 1000 + 90 * i) for i in range(20)])
    assert built.checks.empty


def test_a_zero_of_a_count_is_seen_and_one_of_money_is_not():
    assert len(panel([*STEADY, (0, 500)])[0].checks) == 1
    assert len(panel([*STEADY, (500, 0)])[0].checks) == 1
    built, _ = panel([*STEADY, (0, 500)], name="disclosure.fees.amount", unit="元")
    assert (len(built.checks), built.judged) == (0, (12, 0))


def test_small_groups_are_not_judged_and_that_is_told():
    built, _ = panel([*STEADY[:5], (100, 10_000)])
    assert (len(built.checks), built.judged) == (0, (0, 6))


def test_years_with_few_pairs_are_judged_together():
    years = tuple(range(2010, 2022))
    built, bodies = panel([(100, 105, 98, 110, 101, 99, 104, 100, 103, 97, 9_900, 102)], years=years)
    assert [(row.body, row.year) for row in built.checks.itertuples()] == [(bodies[0], 2020), (bodies[0], 2021)]


def test_years_between_which_one_is_missing_are_no_pair():
    built, _ = panel([(first, None, second) for first, second in STEADY], years=(2019, 2020, 2021))
    assert built.judged == (0, 0)


def test_a_body_that_stays_while_others_triple_does_not_jump():
    built, _ = panel([*((10 + i, 30 + 3 * i) for i in range(12)), (20, 20)])
    assert built.checks.empty


def test_small_numbers_do_not_jump():
    assert panel([*STEADY, (1, 9)])[0].checks.empty
    assert len(panel([*STEADY, (1, 90)])[0].checks) == 1


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=10, max_size=40), st.integers(0, 20))
def test_what_carries_no_unit_stays_when_the_unit_changes(pairs, power):
    before, after = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    rule, factor = JumpRule(u=0, least_size=0), float(2**power)
    scaled = out_of_line(before * factor, after * factor, rule)
    assert out_of_line(before, after, rule).tolist() == scaled.tolist()
