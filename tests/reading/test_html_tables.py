from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gxnlp.reading.html_tables import grid_cells, is_data_table, places_in_grid


def _table(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(f"<table>{markup}</table>")


def test_merged_cells_stand_once_at_their_corner() -> None:
    cells = grid_cells(
        _table(
            "<tr><td rowspan=3 colspan=2>申请人情况</td><td colspan=3>法人</td><td rowspan=3>总计</td></tr>"
            "<tr><td>商业<br>企业</td><td>其他</td><td>小计</td></tr><tr><td>1</td><td>2</td><td>3</td></tr>"
        )
    )
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in cells] == [
        ("申请人情况", 0, 0, 3, 2), ("法人", 0, 2, 1, 3), ("总计", 0, 5, 3, 1),
        ("商业\n企业", 1, 2, 1, 1), ("其他", 1, 3, 1, 1), ("小计", 1, 4, 1, 1),
        ("1", 2, 2, 1, 1), ("2", 2, 3, 1, 1), ("3", 2, 4, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "is_data"),
    [
        ("<tr><td>行政许可</td><td>3</td></tr>", True),
        ("<thead><tr><th>项目</th><th>件数</th></tr></thead><tbody><tr><td>公开</td><td></td></tr></tbody>", True),
        ("<tr><td>一、总体情况</td></tr><tr><td>公开</td></tr>", False),
        ("<tr><td><h2>一、总体情况</h2></td><td>公开</td></tr>", False),
        ("<tr><td>甲<table><tr><td>乙</td></tr></table></td><td>丙</td></tr>", False),
        ("<tr><td><a>首页</a></td><td><a>政务公开</a></td></tr>", False),
        ("<tr><td>栏目</td><td>" + "本局主动公开政府信息，推进工作开展。" * 15 + "</td></tr>", False),
        ("<tr><td></td><td></td></tr>", False),
        ("", False),
    ],
)
def test_data_tables_told_from_layout(markup: str, is_data: bool) -> None:
    assert is_data_table(_table(markup)) is is_data


def test_spans_of_no_sense() -> None:
    spans = [[("0", "x"), ("-1", "99999")], [("", None)]]
    assert places_in_grid(spans) == [[(0, 0, 2, 1), (0, 1, 1, 1000)], [(1, 1, 1, 1)]]


SPAN = st.tuples(st.sampled_from([None, "1", "2", "3", "0", "9"]), st.sampled_from([None, "1", "2", "4"]))


@given(st.lists(st.lists(SPAN, max_size=5), max_size=6))
def test_each_cell_begins_on_free_ground(spans: list[list[tuple[str | None, str | None]]]) -> None:
    places = places_in_grid(spans)
    assert [len(row) for row in places] == [len(row) for row in spans]
    corners = [(y, x) for row in places for y, x, _, _ in row]
    assert len(set(corners)) == len(corners)
    for row, cells in enumerate(places):
        assert all(y == row and y + height <= len(spans) for y, _, height, _ in cells)
        assert all(a[1] + a[3] <= b[1] for a, b in pairwise(cells))
