"""The forms' data: complete, consistent, and refused where it is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxnlp.errors import FormError
from gxnlp.forms import form, load_forms, parse_form
from gxnlp.forms.rendering import TEXT_LAYOUTS, consistent_values, expected, sheets, to_html

SMALL = """
edition = "2021"
document = "x"
[[tables]]
id = "t"
columns = [{ name = "a", titles = ["甲"] }, { name = "b", titles = ["乙"], unit = "万元" }]
rows = [{ name = "r", titles = ["丙"] }]
"""


def test_the_editions() -> None:
    assert [f.edition for f in load_forms()] == ["2014", "2019", "2021"]
    assert len(form("2014").slots) == 58
    with pytest.raises(FormError, match="no form '2008'"):
        form("2008")


@pytest.mark.parametrize("edition", ["2014", "2019", "2021"])
def test_every_row_of_requests_is_summed(edition: str) -> None:
    chosen = form(edition)
    for item in chosen.sums:
        assert item.indicators <= chosen.slots.keys()
    if edition != "2014":
        rows = {s.id.removeprefix("applicants.") for s in chosen.sums if s.id.startswith("applicants.")}
        assert rows == {r.name for r in chosen.table("requests").value_rows}
        assert {s.id for s in chosen.sums if s.id.startswith("balance.")} == {
            f"balance.{c.name}" for c in chosen.table("requests").columns
        }


def test_names_of_the_record() -> None:
    slots = form("2021").slots
    assert slots["disclosure.fees.amount"].unit == "万元"
    assert slots["disclosure.fees.amount"].base == "元"
    place = slots["requests.results.refused.state_secret.total"]
    assert place.row == "三、本年度办理结果 / （三）不予公开 / 1.属于国家秘密"
    assert place.column == "总计"
    assert "disclosure.permits.items_last_year" in form("2019").slots
    assert "statistics.capacity.budget" in form("2014").slots


def test_a_sum_takes_the_rows_that_there_are() -> None:
    outcomes = next(s for s in form("2021").sums if s.id == "outcomes.total")
    divided = {n for n in outcomes.indicators if ".other.all." not in n}
    undivided = {n for n in outcomes.indicators if ".other." not in n.replace("other_", "") or ".other.all." in n}
    sides = outcomes.resolve(divided)
    assert sides is not None
    assert "requests.results.other.fee_unpaid.total" in sides[0]
    sides = outcomes.resolve(undivided)
    assert sides is not None
    assert "requests.results.other.all.total" in sides[0]
    assert outcomes.resolve(divided - {"requests.results.granted.total"}) is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "r"', 'nam = "r"', "unknown"),
        ('unit = "万元"', 'unit = "斤"', "unknown unit"),
        ('name = "b"', 'name = "a"', "given twice"),
        ('titles = ["丙"]', 'titles = [""]', "not empty"),
        ('titles = ["丙"]', 'titles = ["丙"], path = ["丁"]', "no row of the table"),
        ('id = "t"', "", "missing"),
        ('edition = "2021"', "edition = ", "Invalid value"),
        ('document = "x"', 'document = "x"\nsections = "y"', "list of titles"),
    ],
)
def test_broken_forms_are_refused(old: str, new: str, message: str) -> None:
    assert parse_form(SMALL).slots.keys() == {"r.a", "r.b"}
    with pytest.raises(FormError, match=message):
        parse_form(SMALL.replace(old, new))


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        ('[[sums]]\nid = "s"\nleft = ["r.a"]\nright = ["r.c"]', "does not have"),
        ('[[sums]]\nid = "s"\nleft = ["a"]\nright = ["b"]\neach = "row"', "no table"),
        ('[[sums]]\nid = "s"\nleft = ["a"]\nright = ["b"]\neach = "cell"\ntable = "t"', "must be"),
        ('[[sums]]\nid = "s"\nleft = ["r.a"]\nright = ["r.b"]\n' * 2, "one id"),
        ("[inherits]\nedition = '2021'\ntables = ['nothing']", "no table"),
    ],
)
def test_broken_sums_are_refused(sums: str, message: str) -> None:
    with pytest.raises(FormError, match=message):
        parse_form(SMALL + sums)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), edition=st.sampled_from(("2014", "2019", "2021")), divided=st.booleans())
def test_filled_forms_are_consistent_and_printed_whole(seed: int, edition: str, divided: bool) -> None:
    chosen = form(edition)
    rng = random.Random(seed)
    values = consistent_values(chosen, lambda: rng.randrange(1000), divided=divided)
    numbers = expected(chosen, values)
    for item in chosen.sums:
        sides = item.resolve(values)
        if sides is not None:
            assert sum(int(values[n]) for n in sides[0]) == sum(int(values[n]) for n in sides[1]), item.id
    assert all(number is not None and number >= 0 for number in numbers.values())
    printed = sheets(chosen, values)
    assert {c.indicator for s in printed for c in s.cells} - {""} == values.keys()
    for sheet in printed:
        for layout in TEXT_LAYOUTS.values():
            assert all(c.text in layout(sheet) for c in sheet.cells)
        assert to_html(sheet).count("<td") == len(sheet.cells)
