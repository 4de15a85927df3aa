"""Statutory tables that were pasted as text: found by their titles, without the prose around them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxnlp.forms import form
from gxnlp.forms.rendering import TEXT_LAYOUTS, consistent_values, sheets
from gxnlp.reading.loose import find_loose_tables

BEFORE = [
    "二、主动公开政府信息情况",
    "2022年全区共受理申请107件",
    "全年公开信息1312条，其中工作动态49条。",
    "（二）依申请公开",
    "12",
    "第 3 页",
    "2022 35",
]
AFTER = [
    "五、存在的主要问题及改进情况",
    "以上共计办结103件。",
    "（一）存在问题：公开35件",
    "- 7 -",
    "下一步公开12条。",
    "主办：青禾市人民政府办公室",
]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    edition=st.sampled_from(("2014", "2019", "2021")),
    layout=st.sampled_from(sorted(TEXT_LAYOUTS)),
    before=st.sampled_from(BEFORE),
    after=st.sampled_from(AFTER),
)
def test_a_table_is_found_whole_and_alone(seed: int, edition: str, layout: str, before: str, after: str) -> None:
    rng = random.Random(seed)
    chosen = form(edition)
    sheet = rng.choice(sheets(chosen, consistent_values(chosen, lambda: rng.randrange(5000))))
    body = TEXT_LAYOUTS[layout](sheet)
    text = f"{before}\n{body}\n{after}\n"
    (table,) = find_loose_tables(text)
    assert table.layout == "loose"
    kept = text[table.start : table.end].strip(" |\n\t")
    assert body.strip(" |\n\t").startswith(kept) or kept in body
    numbers = [c.text for c in sheet.cells if c.indicator]
    found = [c.text for c in table.cells]
    assert [t for t in found if t in set(numbers)] == numbers
    for cell in table.cells:
        assert text[cell.start : cell.end] == cell.text
    places = [(c.start, c.end) for c in table.cells]
    assert places == sorted(places)


@given(st.lists(st.sampled_from([*BEFORE, *AFTER, "总计", "其他", "0", "5 |", "|||", "行政许可"]), max_size=12))
def test_prose_and_stray_titles_are_no_table(lines: list[str]) -> None:
    assert find_loose_tables("\n".join(lines)) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text: str) -> None:
    for table in find_loose_tables(text):
        assert text[table.start : table.end]


def test_headings_part_tables_that_stand_under_them() -> None:
    text = (
        "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n53\n"
        "四、政府信息公开行政复议、行政诉讼情况\n行政复议\n行政诉讼\n未经复议直接起诉\n复议后起诉\n0\n0\n"
    )
    first, second = find_loose_tables(text)
    assert text[first.start : first.end].endswith("53")
    assert text[second.start : second.end].startswith("行政复议")


def test_a_row_that_a_report_added_stays_in_the_table() -> None:
    text = "行政处罚\n5\n行政检查事项\n7\n行政强制\n0\n行政许可\n53\n"
    (table,) = find_loose_tables(text)
    assert [c.text for c in table.cells][2:4] == ["行政检查事项", "7"]


def test_drawn_lines_are_no_cells() -> None:
    text = "| 信息内容 | 本年处理决定数量 |\n| --- | --- |\n| 行政许可 | 53 |\n"
    (table,) = find_loose_tables(text)
    assert [c.text for c in table.cells if c.text] == ["信息内容", "本年处理决定数量", "行政许可", "53"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_offsets_hold_for_every_line_ending(ending: str) -> None:
    text = ending.join(["行政许可 53", "行政处罚 5", "行政强制 0", ""])
    (table,) = find_loose_tables(text)
    assert [text[c.start : c.end] for c in table.cells] == ["行政许可", "53", "行政处罚", "5", "行政强制", "0"]
