"""The table reader on forms that are filled, laid out in every way, and disturbed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from disturbances import (
    READING_ORDERS,
    SHEET_DISTURBANCES,
    TEXT_DISTURBANCES,
    WRAPPED_LINES,
    bare_page_number,
    blanks_and_marks,
    column_missing,
    marks,
    numbers_written_otherwise,
    page_lines,
    row_added,
    row_missing,
    row_without_title,
    subtotal_column,
    titles_in_traditional_characters,
    titles_spelt_otherwise,
    titles_with_blanks,
    values_then_titles,
    zeros,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printing import LAYOUTS, document_of, filled_case, grid_document, read_safely, text_document, values_of

from gxnlp.document import Document, Source
from gxnlp.forms import form
from gxnlp.forms.rendering import TEXT_LAYOUTS, Sheet, expected
from gxnlp.reading import read, read_text
from gxnlp.schema import plain_decimal
from gxnlp.tables import read_cells

SHARED = Path(__file__).parents[2].parent / "shared"
EDITIONS = ("2014", "2019", "2021")
_seeds = st.integers(0, 10**6)
_quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])

MILD = (
    numbers_written_otherwise, marks, zeros, titles_spelt_otherwise, titles_with_blanks,
    titles_in_traditional_characters,
)  # fmt: skip
"""Disturbances of the sheet that must cost nothing in any layout."""


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("divided", [True, False])
def test_a_filled_form_reads_back_in_every_layout(edition: str, layout: str, divided: bool) -> None:
    case = filled_case(edition, 7, divided=divided)
    reading, lost = read_safely(document_of(case, layout), case)
    assert not lost
    assert not reading.warnings
    assert reading.form == edition
    assert values_of(reading) == expected(case.form, case.values)


@pytest.mark.parametrize("disturb", MILD)
@_quick
@given(seed=_seeds, edition=st.sampled_from(EDITIONS), layout=st.sampled_from(LAYOUTS))
def test_what_is_only_written_otherwise_costs_nothing(disturb, seed: int, edition: str, layout: str) -> None:
    case = filled_case(edition, seed)
    disturb(case)
    _, lost = read_safely(document_of(case, layout), case)
    assert not lost


@_quick
@given(seed=_seeds, edition=st.sampled_from(EDITIONS), layout=st.sampled_from(("html", "grid", "tabs", "markdown")))
def test_blank_cells_and_marks_stay_where_they_are(seed: int, edition: str, layout: str) -> None:
    case = filled_case(edition, seed)
    blanks_and_marks(case)
    reading, lost = read_safely(document_of(case, layout), case)
    assert not lost
    found = {cell.indicator: cell for cell in reading.cells}
    for name, text in case.values.items():
        if expected(case.form, {name: text})[name] is None:
            assert found[name].value is None
            assert found[name].text == text


@pytest.mark.parametrize(("seed", "edition"), [(106021, "2019"), (835422, "2019"), (935508, "2021")])
def test_a_blank_at_the_end_of_a_row_between_tabs_is_placed_by_a_head_that_has_none(seed: int, edition: str) -> None:
    test_blank_cells_and_marks_stay_where_they_are.hypothesis.inner_test(seed, edition, "tabs")


@pytest.mark.parametrize("disturb", SHEET_DISTURBANCES)
@_quick
@given(seed=_seeds, edition=st.sampled_from(EDITIONS), layout=st.sampled_from(LAYOUTS))
def test_no_value_is_wrong_and_no_loss_silent(disturb, seed: int, edition: str, layout: str) -> None:
    case = filled_case(edition, seed, divided=bool(seed % 2))
    disturb(case)
    read_safely(document_of(case, layout), case)


@_quick
@given(
    seed=_seeds,
    edition=st.sampled_from(EDITIONS),
    layout=st.sampled_from(LAYOUTS),
    several=st.lists(st.sampled_from(SHEET_DISTURBANCES[:-2]), min_size=2, max_size=3, unique=True),
)
def test_several_disturbances_at_once(seed: int, edition: str, layout: str, several) -> None:
    case = filled_case(edition, seed)
    for disturb in sorted(several, key=SHEET_DISTURBANCES.index):
        disturb(case)
    read_safely(document_of(case, layout), case)


@pytest.mark.parametrize("disturb", TEXT_DISTURBANCES)
@_quick
@given(seed=_seeds, edition=st.sampled_from(EDITIONS), layout=st.sampled_from(("lines", "bars", "blanks", "tabs")))
def test_pages_and_wraps_make_no_value_wrong(disturb, seed: int, edition: str, layout: str) -> None:
    case, rng = filled_case(edition, seed), random.Random(seed)
    parts = ["\n".join(disturb(TEXT_LAYOUTS[layout](s).split("\n"), rng)) for s in case.printed]
    _, lost = read_safely(text_document(parts), case)
    if disturb is not bare_page_number:
        assert not lost


@pytest.mark.parametrize("order", READING_ORDERS)
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("seed", range(4))
def test_reading_orders(order, edition: str, seed: int) -> None:
    case = filled_case(edition, seed)
    _, lost = read_safely(text_document(["\n".join(order(sheet)) for sheet in case.printed]), case)
    requests = [n for n in lost if n.startswith(("requests.", "reviews.", "lawsuits."))]
    assert not requests or (edition == "2014" and order is values_then_titles)


@pytest.mark.parametrize("wrap", WRAPPED_LINES)
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("seed", range(3))
def test_lines_of_a_page(wrap, edition: str, seed: int) -> None:
    case = filled_case(edition, seed)
    if seed == 2:
        zeros(case)
    _, lost = read_safely(text_document(["\n".join(page_lines(sheet, wrap)) for sheet in case.printed]), case)
    assert not lost


def test_column_titles_that_are_broken_in_the_middle() -> None:
    case = filled_case("2021", 4)
    numbers = " ".join(t for n, t in case.values.items() if n.startswith(("reviews.", "lawsuits.")))
    broken = "结果维 结果纠 其他结 尚未审 总计"
    head = ["行政复议 行政诉讼", f"{broken} 未经复议直接起诉 复议后起诉", "持 正 果 结", f"{broken} {broken}"]
    lines = [*head, "持 正 果 结 持 正 果 结", numbers]
    parts = ["\n".join(page_lines(sheet, WRAPPED_LINES[0])) for sheet in case.printed]
    _, lost = read_safely(text_document([*parts[:2], "\n".join(lines), *parts[3:]]), case)
    assert not lost


@pytest.mark.parametrize("edition", ["2019", "2021"])
@pytest.mark.parametrize("repeat_head", [True, False])
@pytest.mark.parametrize("cut", [5, 9, 14, 22, 27])
def test_a_grid_split_over_pages(edition: str, repeat_head: bool, cut: int) -> None:
    case = filled_case(edition, cut)
    sheets: list[Sheet] = []
    for sheet in case.printed:
        if not any(c.indicator.startswith("requests.") for c in sheet.cells):
            sheets.append(sheet)
            continue
        head = [c for c in sheet.cells if c.row < 3] if repeat_head else []
        sheets.append(Sheet(tuple(c for c in sheet.cells if c.row < cut)))
        sheets.append(Sheet((*head, *(c for c in sheet.cells if c.row >= cut))))
    _, lost = read_safely(grid_document(sheets), case)
    assert not lost


def test_an_added_column_is_told_and_left_out() -> None:
    for layout in LAYOUTS:
        case = filled_case("2021", 3)
        subtotal_column(case)
        reading, lost = read_safely(document_of(case, layout), case)
        assert not lost, layout
        assert "extra_column" in {w.code for w in reading.warnings}


def test_a_missing_column_is_no_cell() -> None:
    for layout in LAYOUTS:
        case = filled_case("2021", 3)
        column_missing(case)
        reading, lost = read_safely(document_of(case, layout), case)
        assert not lost, layout
        assert not any(cell.indicator.endswith(".legal_service") for cell in reading.cells), layout


def test_missing_and_added_rows_are_told() -> None:
    for layout in LAYOUTS:
        case = filled_case("2021", 12)
        row_missing(case)
        reading, lost = read_safely(document_of(case, layout), case)
        assert not lost, layout
        assert "missing_row" in {w.code for w in reading.warnings} or not any(
            n.startswith("requests.") for n in set(filled_case("2021", 12).values) - set(case.values)
        )
        case = filled_case("2021", 12)
        row_added(case)
        reading, lost = read_safely(document_of(case, layout), case)
        assert not lost, layout
        assert "unplaced_number" in {w.code for w in reading.warnings}


def test_a_row_whose_title_is_lost_costs_that_row_alone() -> None:
    for layout in LAYOUTS:
        case = filled_case("2021", 8)
        row_without_title(case)
        _, lost = read_safely(document_of(case, layout), case)
        assert len({n.rsplit(".", 1)[0] for n in lost}) == 1, layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_money_is_read_in_the_unit_that_the_head_gives(layout: str) -> None:
    case = filled_case("2021", 5)
    for i, sheet in enumerate(case.printed):
        case.printed[i] = Sheet(
            tuple(
                c if c.indicator else type(c)(c.text.replace("万元", "元"), c.row, c.column, c.row_span, c.column_span)
                for c in sheet.cells
            )
        )
    fee = next(c for c in read_cells(document_of(case, layout)).cells if c.indicator == "disclosure.fees.amount")
    assert plain_decimal(fee.value) == case.values["disclosure.fees.amount"]
    assert fee.unit == "元"


def test_a_number_that_a_narrow_column_broke_is_read_whole_and_told() -> None:
    case = filled_case("2021", 5)
    i, cell = next((i, c) for i, c in case.value_cells() if c.indicator == "requests.new.natural_person")
    whole = cell.text
    case.set_value(i, cell, f"{whole[:-1]}\n{whole[-1]}")
    reading = read_cells(grid_document(case.printed))
    assert plain_decimal(values_of(reading)["requests.new.natural_person"]) == whole
    assert "joined_number" in {w.code for w in reading.warnings}


def test_a_table_printed_twice_is_read_once_and_told() -> None:
    case = filled_case("2021", 5)
    reading, lost = read_safely(grid_document([*case.printed, *case.printed]), case)
    assert not lost
    assert "unplaced_number" in {w.code for w in reading.warnings}


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n2022年主动公开政府信息12条。其他\n总计\n35\n",
        "2022年部门预算表\n项目\t金额\n其他\t12\n总计\t35\n合计\t35\n",
        "行政许可和行政处罚各3件。\n规章\n0\n",
    ],
)
def test_other_tables_and_prose_are_no_statutory_table(text: str) -> None:
    reading = read_cells(read_text(text, format="txt"))
    assert reading.cells == ()
    assert reading.consumed == ()


def test_a_document_without_tables() -> None:
    document = Document("无", Source(None, "txt", "", None, None, 1), ())
    assert read_cells(document) == read_cells(document)
    assert read_cells(document).cells == ()


def test_a_head_in_another_order_is_followed_where_the_row_shows_it() -> None:
    rows = "\n".join(
        f"{t}\t3\t2\t0\t0\t0\t5\t" for t in ("一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计")
    )
    head = "\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t总计\t其他"
    text = f"三、收到和处理政府信息公开申请情况\n{head}\n{rows}\n"
    found = values_of(read_cells(read_text(text, format="txt")))
    assert found["requests.new.total"] == 5
    assert found["requests.new.other_organisation"] is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared seeds are not beside this checkout")
@pytest.mark.parametrize("number", range(5))
def test_the_seeds(number: int) -> None:
    gold_path = sorted((SHARED / "gold").glob(f"{number:03d}_*.cells.json"))[0]
    name = gold_path.name.removesuffix(".cells.json")
    reading = read_cells(read(SHARED / "seeds" / f"{name}.txt"))
    found = {n: None if v is None else plain_decimal(v) for n, v in values_of(reading).items()}
    assert found == json.loads(gold_path.read_text("utf-8"))
    assert all(cell.indicator in form(reading.form or "").slots for cell in reading.cells)
