"""Tables of a PDF: ruled, partly ruled and without rules, merged cells, page breaks inside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_drawing import HEIGHT, WIDTH, Drawing, Spot, draw_table, paragraph

from gxnlp.document import Document, Table
from gxnlp.reading.pdf import read_pdf
from gxnlp.reading.pdf_joins import PartCell, TablePart, join_parts
from gxnlp.reading.pdf_page import Rule
from gxnlp.reading.pdf_tables import find_grids

LONG = "镇政府全年围绕农田灌溉和道路养护公开信息，发布动态七十余篇，群众来信均按期答复，各村公开栏逐月更新。"


def read(drawing: Drawing, order: int = 0) -> Document:
    return read_pdf(drawing.render(order), "<bytes>")


def spans(table: Table) -> dict[str, tuple[int, int, int, int]]:
    return {cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells if cell.text}


def numbers(table: Table) -> dict[str, list[str]]:
    """Return the numbers of each row by the title next to them."""
    rows: dict[str, list[str]] = {}
    for row in range(table.rows):
        cells = sorted((c for c in table.cells if c.row == row and c.text), key=lambda c: c.column)
        titles = [c.text for c in cells if not c.text.isdigit()]
        values = [c.text for c in cells if c.text.isdigit()]
        if values:
            rows[titles[-1]] = values
    return rows


XS = [60.0, 85.0, 130.0, 250.0, 300.0, 350.0, 400.0, 450.0]
TITLES = {
    "（三）不予公开": ["1.属于国家秘密", "2.其他法律行政法规禁止公开的内容", "3.保护第三方合法权益"],
    "（四）无法提供": ["1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作"],
}
EXPECTED = {
    "一、本年新收申请数量": ["11", "12", "13", "14"],
    "（一）予以公开": ["21", "22", "23", "24"],
    "1.属于国家秘密": ["31", "32", "33", "34"],
    "2.其他法律行政法规禁止公开的内容": ["41", "42", "43", "44"],
    "3.保护第三方合法权益": ["51", "52", "53", "54"],
    "1.本机关不掌握相关政府信息": ["61", "62", "63", "64"],
    "2.没有现成信息需要另行制作": ["71", "72", "73", "74"],
    "四、结转下年度继续办理": ["81", "82", "83", "84"],
}


def results(*, down: bool = True) -> list[Spot]:
    """A form of requests, cut down: heads over two rows, titles over one to three columns, a title down the side."""
    spots = [Spot("申请情况", 0, 0, 2, 3), Spot("申请人", 0, 3, 1, 4)]
    spots += [Spot(text, 1, 3 + i) for i, text in enumerate(("自然人", "企业", "其他", "总计"))]
    rows = list(EXPECTED.items())
    for row, (title, values) in enumerate(rows, 2):
        first, last = row == 2, row == len(rows) + 1
        column = 0 if first or last else 1 if title.startswith("（") else 2
        spots.append(Spot(title, row, column, 1, 3 - column))
        spots += [Spot(value, row, 3 + i) for i, value in enumerate(values)]
    spots.append(Spot("三、办理结果", 3, 0, len(rows) - 2, 1, down=down))
    row = 4
    for title, inner in TITLES.items():
        spots.append(Spot(title, row, 1, len(inner), 1))
        row += len(inner)
    return spots


def places(spots: Sequence[Spot], top: float, height: float = 30.0) -> list[float]:
    rows = max(spot.row + spot.row_span for spot in spots)
    return [top + height * i for i in range(rows + 1)]


def test_merged_cells_come_once_with_their_spans() -> None:
    drawing = Drawing()
    draw_table(drawing, results(), XS, places(results(), 100))
    (table,) = read(drawing).tables
    found = spans(table)
    assert found["申请情况"] == (0, 0, 2, 3)
    assert found["申请人"] == (0, 3, 1, 4)
    assert found["三、办理结果"] == (3, 0, 6, 1)
    assert found["（三）不予公开"] == (4, 1, 3, 1)
    assert found["（四）无法提供"] == (7, 1, 2, 1)
    assert found["四、结转下年度继续办理"] == (9, 0, 1, 3)
    assert numbers(table) == EXPECTED
    assert (table.layout, table.rows, table.columns) == ("grid", 10, 7)


@pytest.mark.parametrize("rules", ["all", "rows", "columns", "frame", "inner", "none"])
def test_tables_with_some_or_no_rules_give_the_same_rows(rules: str) -> None:
    drawing = Drawing()
    draw_table(drawing, results(down=False), XS, places(results(), 100), rules=rules)
    paragraph(drawing, LONG, 500)
    document = read(drawing)
    (table,) = document.tables
    assert numbers(table) == EXPECTED
    assert spans(table)["三、办理结果"][2] == 6
    assert spans(table)["（三）不予公开"][2] == 3
    assert all(cell.page == 1 and cell.bbox for cell in table.cells if cell.text)
    assert document.text.replace("\n", "").endswith(LONG)


@pytest.mark.parametrize("order", range(1, 6))
@pytest.mark.parametrize("rules", ["all", "none"])
def test_the_order_of_drawing_does_not_matter(rules: str, order: int) -> None:
    drawing = Drawing()
    draw_table(drawing, results(), XS, places(results(), 100), rules=rules)
    assert read(drawing, order).tables == read(drawing).tables


def split(spots: Sequence[Spot], at: int, repeat: int = 0) -> tuple[list[Spot], list[Spot]]:
    """Divide a table before row ``at``; the lower part repeats ``repeat`` rows, merged cells go on without text."""
    upper = [s for s in spots if s.row + s.row_span <= at]
    lower = [s for s in spots if s.row + s.row_span <= repeat]
    for s in spots:
        if s.row + s.row_span <= at:
            continue
        row = max(s.row - at, 0) + repeat
        span = s.row + s.row_span - max(s.row, at)
        if s.row < at:
            # The text of a merged cell stands in the part that has room for it.
            upper.append(Spot(s.text if at - s.row >= span else "", s.row, s.column, at - s.row, s.column_span, s.down))
        above = s.row < at and at - s.row >= span
        lower.append(Spot("" if above else s.text, row, s.column, span, s.column_span, s.down))
    return upper, lower


def over_pages(upper: Sequence[Spot], lower: Sequence[Spot], foot: str = "- {} -") -> Drawing:
    drawing = Drawing()
    paragraph(drawing, LONG, 90)
    draw_table(drawing, upper, XS, places(upper, 780 - 30 * max(s.row + s.row_span for s in upper)))
    drawing.centred(WIDTH / 2, 815, foot.format(1), 9)
    drawing.new_page()
    draw_table(drawing, lower, XS, places(lower, 70))
    paragraph(drawing, LONG[10:], 600)
    drawing.centred(WIDTH / 2, 815, foot.format(2), 9)
    return drawing


@pytest.mark.parametrize("at", [3, 4, 5, 6, 7, 9])
@pytest.mark.parametrize("repeat", [0, 2])
def test_a_table_over_a_page_break_is_one_table(at: int, repeat: int) -> None:
    whole = Drawing()
    draw_table(whole, results(), XS, places(results(), 100))
    (expected,) = read(whole).tables
    document = read(over_pages(*split(results(), at, repeat)))
    (table,) = document.tables
    assert spans(table) == spans(expected)
    assert {cell.page for cell in table.cells} == {1, 2}
    assert sum(block.kind == "furniture" for block in document.blocks) == 2


def test_a_title_row_at_the_foot_of_a_page_belongs_to_the_table_below() -> None:
    upper = [Spot("第二十条第（一）项", 0, 0, 1, 7)]
    lower = [Spot("规章", 0, 0, 1, 3), *(Spot(str(i), 0, 2 + i) for i in range(1, 5))]
    lower += [Spot("规范性文件", 1, 0, 1, 3), *(Spot(str(i + 10), 1, 2 + i) for i in range(1, 5))]
    (table,) = read(over_pages(upper, lower)).tables
    assert spans(table)["第二十条第（一）项"] == (0, 0, 1, 5)
    assert numbers(table) == {"规章": ["1", "2", "3", "4"], "规范性文件": ["11", "12", "13", "14"]}


def test_a_row_cut_in_two_by_the_page_break_is_one_row() -> None:
    upper = [Spot("1.申请人无正当理由逾期不补正、本行政机", 0, 0, 1, 3)]
    upper += [Spot(str(i), 0, 2 + i) for i in range(1, 5)]
    lower = [Spot("关不再处理其申请", 0, 0, 1, 3), *(Spot("", 0, 2 + i) for i in range(1, 5))]
    lower += [Spot("2.其他", 1, 0, 1, 3), *(Spot(str(i + 10), 1, 2 + i) for i in range(1, 5))]
    (table,) = read(over_pages(upper, lower)).tables
    assert numbers(table) == {
        "1.申请人无正当理由逾期不补正、本行政机关不再处理其申请": ["1", "2", "3", "4"],
        "2.其他": ["11", "12", "13", "14"],
    }


def test_a_title_parted_from_its_numbers_by_the_page_break_is_one_row() -> None:
    upper = [Spot("1.重复申请", 0, 0, 1, 3), *(Spot("", 0, 2 + i) for i in range(1, 5))]
    lower = [Spot("", 0, 0, 1, 3), *(Spot(str(i), 0, 2 + i) for i in range(1, 5))]
    (table,) = read(over_pages(upper, lower)).tables
    assert numbers(table) == {"1.重复申请": ["1", "2", "3", "4"]}


def test_rows_with_blank_cells_are_not_joined_over_the_page_break() -> None:
    upper = [Spot("规章", 0, 0, 1, 3), *(Spot(str(i), 0, 2 + i) for i in range(1, 5))]
    lower = [Spot("规范性文件", 0, 0, 1, 3), *(Spot("", 0, 2 + i) for i in range(1, 5))]
    (table,) = read(over_pages(upper, lower)).tables
    assert (spans(table)["规章"][0], spans(table)["规范性文件"][0]) == (0, 1)


def test_tables_with_other_columns_stay_apart() -> None:
    drawing = Drawing()
    paragraph(drawing, LONG, 90)
    draw_table(drawing, [Spot("许可", 0, 0), Spot("3", 0, 1)], [60, 200, 450], [700, 730])
    drawing.new_page()
    cells = [Spot("复议", 0, 0), Spot("4", 0, 1), Spot("5", 0, 2)]
    draw_table(drawing, cells, [60, 120, 300, 520], [70, 100])
    assert len(read(drawing).tables) == 2


def test_a_mark_that_a_table_goes_on_is_no_hindrance() -> None:
    upper, lower = split(results(), 5)
    drawing = over_pages(upper, lower)
    drawing.text(60, 60, "（续表）", 9)
    assert len(read(drawing).tables) == 1


def test_a_table_without_rules_over_a_page_break_is_one_table() -> None:
    drawing = Drawing()
    paragraph(drawing, LONG, 90)
    cells = {"规章": (1, 2), "规范性文件": (3, 4), "行政许可": (5, 6), "行政处罚": (7, 8)}
    for number, (title, values) in enumerate(cells.items()):
        if number == 2:
            drawing.new_page()
        y = 740 + 24 * number if number < 2 else 80 + 24 * (number - 2)
        drawing.text(80, y, title)
        for x, value in zip((300, 420), values, strict=True):
            drawing.text(x, y, str(value))
    (table,) = read(drawing).tables
    assert numbers(table) == {title: [str(v) for v in values] for title, values in cells.items()}


def test_a_blank_cell_without_rules_keeps_its_place() -> None:
    drawing = Drawing()
    for y, title, values in ((100, "规章", "123"), (124, "规范性文件", "4 6"), (148, "行政许可", "789")):
        drawing.text(80, y, title)
        for x, value in zip((250, 330, 410), values, strict=True):
            drawing.text(x, y, value.strip())
    (table,) = read(drawing).tables
    row = sorted((c.column, c.text) for c in table.cells if c.row == 1)
    assert [text for _, text in row] == ["规范性文件", "4", "", "6"]


def test_a_number_over_a_rule_stays_whole() -> None:
    drawing = Drawing()
    draw_table(drawing, [Spot("金额", 0, 0), Spot("", 0, 1), Spot("", 0, 2)], [80, 140, 165, 190], [100, 120])
    drawing.centred(152.5, 114, "1234567", 9)
    (table,) = read(drawing).tables
    assert [cell.text for cell in table.cells] == ["金额", "1234567", ""]


def test_a_number_broken_in_a_narrow_cell_is_whole_and_two_numbers_are_two() -> None:
    drawing = Drawing()
    spots = [Spot("金额", 0, 0), Spot("", 0, 1), Spot("", 0, 2)]
    draw_table(drawing, spots, [80, 140, 170, 290], [100, 130])
    drawing.text(144, 111, "12345", 9)
    drawing.text(144, 123, "678", 9)
    drawing.text(200, 111, "12", 9)
    drawing.text(200, 123, "34", 9)
    (table,) = read(drawing).tables
    assert [cell.text for cell in table.cells] == ["金额", "12345678", "12\n34"]


def test_a_title_turned_by_a_right_angle_is_read() -> None:
    drawing = Drawing()
    spots = [Spot("", 0, 0, 2, 1), Spot("公开", 0, 1), Spot("5", 0, 2), Spot("不公开", 1, 1), Spot("6", 1, 2)]
    draw_table(drawing, spots, [80, 110, 250, 350], [100, 160, 220])

    def sideways(c: Any) -> None:
        c.saveState()
        c.translate(98, HEIGHT - 200)
        c.rotate(90)
        c.setFont("STSong-Light", 9)
        c.drawString(0, 0, "办理结果")
        c.restoreState()

    drawing.mark(sideways)
    (table,) = read(drawing).tables
    assert spans(table)["办理结果"] == (0, 0, 2, 1)


def test_sections_whose_columns_do_not_quite_meet_share_their_columns() -> None:
    drawing = Drawing()
    draw_table(drawing, [Spot("规章", 0, 0), Spot("1", 0, 1), Spot("2", 0, 2)], [60, 200, 300, 400], [100, 120])
    draw_table(drawing, [Spot("许可", 0, 0), Spot("3", 0, 1), Spot("4", 0, 2)], [60, 207, 294, 400], [120, 140])
    (table,) = read(drawing).tables
    assert {cell.text: cell.column for cell in table.cells} == {"规章": 0, "1": 1, "2": 2, "许可": 0, "3": 1, "4": 2}


def test_borders_drawn_as_thin_filled_boxes_are_rules() -> None:
    drawing = Drawing()

    def borders(c: Any) -> None:
        for y in (100, 124, 148):
            for x in (80, 200):
                c.rect(x, HEIGHT - y, 120, 0.5, stroke=0, fill=1)
                c.rect(x, HEIGHT - y, 0.5, 0.5, stroke=0, fill=1)
        for y in (124, 148):
            for x in (80, 200, 320):
                c.rect(x, HEIGHT - y, 0.5, 24, stroke=0, fill=1)

    drawing.mark(borders)
    for y, texts in ((116, ("规章", "8")), (140, ("规范性文件", "9"))):
        for x, text in zip((90, 250), texts, strict=True):
            drawing.text(x, y, text, 9)
    (table,) = read(drawing).tables
    assert [(c.text, c.row, c.column) for c in table.cells] == [
        ("规章", 0, 0),
        ("8", 0, 1),
        ("规范性文件", 1, 0),
        ("9", 1, 1),
    ]


def test_a_white_ground_and_shades_make_no_cells() -> None:
    drawing = Drawing()

    def grounds(c: Any) -> None:
        c.setFillGray(1)
        c.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
        c.rect(70, HEIGHT - 140, 300, 60, stroke=0, fill=1)
        c.setFillGray(0)

    drawing.mark(grounds)
    drawing.text(80, 100, "公开信息5条。", 12)
    assert read(drawing).tables == ()


def test_thin_boxes_and_pieces_of_lines_are_rules() -> None:
    rules = [Rule(True, y, x, x + 50.5) for y in (100.0, 130.2, 159.8) for x in (60.0, 110.0)] + [
        Rule(False, x, y, y + 30.0) for x in (60.0, 110.3, 160.0) for y in (100.0, 130.0)
    ]
    (grid,) = find_grids(rules)
    assert [(box.row, box.column) for box in grid.boxes] == [(0, 0), (0, 1), (1, 0), (1, 1)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), *(st.integers(0, 40) for _ in range(3))), max_size=30))
def test_any_rules_give_grids_whose_boxes_do_not_overlap(drawn: list[tuple[bool, int, int, int]]) -> None:
    rules = [Rule(h, 12.0 * at, 12.0 * min(a, b), 12.0 * max(a, b)) for h, at, a, b in drawn]
    for grid in find_grids(rules):
        taken = [
            (row, column)
            for box in grid.boxes
            for row in range(box.row, box.row + box.row_span)
            for column in range(box.column, box.column + box.column_span)
        ]
        assert len(taken) == len(set(taken))
        assert all(0 <= row < len(grid.ys) - 1 and 0 <= column < len(grid.xs) - 1 for row, column in taken)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 99_999), min_size=3, max_size=3), min_size=3, max_size=12),
    st.sampled_from(["all", "rows", "columns", "inner", "none"]),
    st.integers(1, 11),
)
def test_no_number_leaves_its_row_or_column(rows: list[list[int]], rules: str, at: int) -> None:
    at = min(at, len(rows) - 1)
    drawing = Drawing()
    for part, start in ((rows[:at], 780 - 24 * at), (rows[at:], 70)):
        spots = [Spot(f"事项{chr(0x7532 + i)}", i, 0) for i in range(len(part))]
        spots += [Spot(str(n), i, j) for i, row in enumerate(part) for j, n in enumerate(row, 1)]
        draw_table(
            drawing, spots, [60, 200, 280, 360, 440], [start + 24 * i for i in range(len(part) + 1)], rules=rules
        )
        drawing.new_page()
    found = [cell.text for table in read(drawing).tables for cell in table.cells if cell.text.isdigit()]
    assert found == [str(n) for row in rows for n in row]


def part(*rows: Sequence[str], page: int, full: bool = False) -> TablePart:
    cells = [
        PartCell(text, r, 1, c, c + 1, page, (0.0, 0.0, 1.0, 1.0), full)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return TablePart((50.0, 200.0, 300.0), tuple(cells))


def test_equal_rows_on_two_pages_are_no_running_head() -> None:
    drawing = Drawing()
    for titles in (("规章", "许可"), ("规章", "处罚"), ("规章", "强制")):
        for y, title in zip((60, 84), titles, strict=True):
            for x, text in zip((80, 250, 350), (title, "0", "0"), strict=True):
                drawing.text(x, y, text)
        drawing.new_page()
    (table,) = read(drawing).tables
    assert [cell.text for cell in table.cells if cell.column == 0] == ["规章", "许可", "规章", "处罚", "规章", "强制"]


def test_a_repeated_head_goes_but_repeated_numbers_stay() -> None:
    joined = join_parts(part(("事项", "件数"), ("甲", "1"), page=1), part(("事项", "件数"), ("乙", "2"), page=2))
    assert joined is not None
    assert [cell.text for cell in joined.cells] == ["事项", "件数", "甲", "1", "乙", "2"]
    kept = join_parts(part(("甲", "1"), page=1), part(("甲", "1"), page=2))
    assert kept is not None
    assert [cell.text for cell in kept.cells] == ["甲", "1", "甲", "1"]
