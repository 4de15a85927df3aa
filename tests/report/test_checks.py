from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp import schema
from gxnlp.forms.loader import form
from gxnlp.report.checks import check_breakdowns, check_form

APPLICANTS = (
    "natural_person",
    "company",
    "research_institute",
    "social_organisation",
    "legal_service",
    "other_organisation",
)


def cell(indicator, value):
    return schema.CellValue(
        indicator=indicator, value=None if value is None else Decimal(value), unit="件", text="", start=0, end=0,
        row="", column="",
    )  # fmt: skip


def row(name, values, total):
    return [cell(f"{name}.{a}", v) for a, v in zip((*APPLICANTS, "total"), (*values, total), strict=True)]


def outcome(checks, check_id):
    return next(c for c in checks if c.id == check_id)


@given(st.lists(st.integers(0, 999), min_size=6, max_size=6), st.integers(-3, 3))
def test_applicants_add_up_to_the_total(values, slip):
    total = max(0, sum(values) + slip)
    check = outcome(check_form(row("requests.new", values, total), form("2021")), "applicants.requests.new")
    assert check.status == ("pass" if total == sum(values) else "fail")
    assert (check.left, check.right) == (sum(values), total)
    assert len(check.cells) == 7


@pytest.mark.parametrize("missing", [None, "left out"])
def test_a_blank_or_missing_cell_cannot_be_assessed(missing):
    cells = row("requests.new", [1, 2, 3, 4, 5, None], 15)
    if missing:
        cells = [c for c in cells if c.value is not None]
    check = outcome(check_form(cells, form("2019")), "applicants.requests.new")
    assert (check.status, check.left, check.right) == ("not_assessable", None, None)


def test_rows_that_the_report_does_not_have_are_no_failures():
    cells = [cell("reviews.upheld", 1), cell("reviews.corrected", 0), cell("reviews.other", 0),
             cell("reviews.pending", 0), cell("reviews.total", 1)]  # fmt: skip
    assert [(c.id, c.status) for c in check_form(cells, form("2021"))] == [("reviews", "pass")]


def complete_requests(divided):
    names = [n for n in form("2021").slots if n.startswith("requests.") and n.endswith(".company")]
    keep = [n for n in names if (".other.all." in n) != divided or ".other." not in n]
    values = dict.fromkeys(keep, 0) | {"requests.new.company": 5, "requests.carried_in.company": 2}
    values |= {"requests.results.total.company": 6, "requests.carried_out.company": 1}
    values |= {"requests.results.granted.company": 4}
    values["requests.results.other.other.company" if divided else "requests.results.other.all.company"] = 2
    return [cell(n, v) for n, v in values.items()]


@pytest.mark.parametrize("divided", [True, False])
def test_outcomes_and_balance_with_other_handling_divided_or_not(divided):
    checks = check_form(complete_requests(divided), form("2021"))
    assert outcome(checks, "outcomes.company").status == "pass"
    balance = outcome(checks, "balance.company")
    assert (balance.status, balance.left, balance.right) == ("pass", 7, 7)


def test_the_statistics_form_has_its_own_sums():
    cells = [cell("statistics.capacity.staff", 4), cell("statistics.capacity.staff_full_time", 1),
             cell("statistics.capacity.staff_part_time", 2)]  # fmt: skip
    check = outcome(check_form(cells, form("2014")), "staff")
    assert (check.status, check.left, check.right) == ("fail", 3, 4)
    assert check.expression == (
        "statistics.capacity.staff_full_time + statistics.capacity.staff_part_time = statistics.capacity.staff"
    )


def figures_of(text, label="media_reports"):
    import re

    figures = []
    for m in re.finditer(r"(\d+)(篇|%|件|个)", text):
        end = text.find("。", m.end()) + 1
        start = text.rfind("。", 0, m.start()) + 1
        figures.append(
            schema.Figure(label=label if m[2] != "%" else "rate", text=m[0], start=m.start(), end=m.end(),
                          value=Decimal(m[1]), unit=m[2], sentence_start=start, sentence_end=end)
        )  # fmt: skip
    return figures


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("刊发报道783篇,其中,央媒39篇,省媒21篇,市媒166篇,其他557篇。", ["pass"]),
        ("刊发报道783篇,其中,央媒39篇,省媒21篇,市媒166篇,其他556篇。", ["fail"]),
        ("刊发报道783篇，其中央媒39篇、省媒21篇。", ["not_assessable"]),
        ("收到申请107件,其中自然人104件,企业3件,网络100件,信函7件。", ["pass", "pass"]),
        ("收到申请10件,分别为网络6件、信函3件。", ["fail"]),
        ("上线36件,其中认定类27个,补助类9个。", ["pass"]),
        ("发布24篇,占比22%,其中图解4篇,占16%,文字20篇,占84%。", ["pass"]),
        ("收到申请107件,办结103件,结转4件。", []),
        ("刊发报道783篇。其中央媒39篇,省媒21篇。", []),
        ("刊发报道783篇,其中央媒39篇。", []),
    ],
)
def test_breakdowns(text, statuses):
    checks = check_breakdowns(text, figures_of(text))
    assert [c.status for c in checks] == statuses


def test_a_breakdown_names_its_figures():
    text = "刊发报道60篇,其中央媒39篇,其他20篇。"
    (check,) = check_breakdowns(text, figures_of(text))
    assert (check.expression, check.left, check.right, check.figures) == ("60篇 = 39篇 + 20篇", 60, 59, (0, 1, 2))


def test_items_by_category_break_down_their_total():
    text = "制作信息9篇,其中主动公开6篇,不予公开3篇。"
    labels = ["items_produced", "items_total", "items_produced"]
    mixed = [f.model_copy(update={"label": n}) for f, n in zip(figures_of(text), labels, strict=True)]
    assert [c.status for c in check_breakdowns(text, mixed)] == ["pass"]
