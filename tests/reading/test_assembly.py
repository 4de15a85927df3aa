from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading.assembly import DocumentBuilder, GridCell, Line

Checked = Callable[[Document], Document]
FORM = [
    "第二十条第（一）项",
    "信息内容",
    "本年制发件数",
    "本年废止件数",
    "现行有效件数",
    "规章",
    "0",
    "1",
    "2",
    "行政规范性文件",
    "3",
    "4",
    "5",
]


def test_layout_of_a_grid(checked: Checked) -> None:
    builder = DocumentBuilder()
    builder.paragraph("政府信息公开")
    builder.table([GridCell("乙\t丙", 0, 1), GridCell(" 甲 ", 0, 0, 2), GridCell("", 1, 1), GridCell("丁", 2, 0, 1, 2)])
    builder.table([GridCell(" ", 0, 0)])
    builder.paragraph("  \n")
    document = checked(builder.build(b"x", name="a.docx", format="docx"))
    assert document.text == "政府信息公开\n甲\t乙 丙\n\n丁"
    assert len(document.tables) == 1
    assert document.source.path == "a.docx"


def test_loose_table_in_lines_keeps_page_and_box(checked: Checked) -> None:
    builder = DocumentBuilder()
    builder.paragraph(
        [Line(text, page=1 + i // 7, bbox=(0, i, 10, i + 1)) for i, text in enumerate(["说明。", *FORM, "以上。"])]
    )
    document = checked(builder.build(b"x", name="<bytes>", format="pdf", pages=2))
    (table,) = document.tables
    assert table.layout == "loose"
    assert {(c.text, c.page, c.bbox) for c in table.cells if c.text in ("规章", "5")} == {
        ("规章", 1, (0, 6, 10, 7)),
        ("5", 2, (0, 13, 10, 14)),
    }
    assert [document.text[b.start : b.end] for b in document.blocks] == ["说明。", "以上。"]


def test_block_takes_page_and_box_from_its_lines() -> None:
    builder = DocumentBuilder()
    builder.paragraph([Line("公开", 1, (0, 0, 5, 5)), Line("信息", 1, (0, 5, 9, 9)), Line("。", 2, (0, 0, 1, 1))])
    (block,) = builder.build(b"", name="<bytes>", format="pdf").blocks
    assert (block.page, block.bbox) == (1, (0, 0, 9, 9))


def test_nothing_but_furniture() -> None:
    builder = DocumentBuilder()
    builder.furniture("- 1 -")
    with pytest.raises(ReadError) as caught:
        builder.build(b"", name="a.pdf", format="pdf")
    assert caught.value.category == "no_text"


TEXT = st.text(alphabet="一、公开0 \t\n12。|（）", max_size=8)
STEP = st.one_of(
    st.tuples(st.sampled_from(["heading", "paragraph", "furniture"]), TEXT),
    st.tuples(st.just("table"), st.lists(st.lists(TEXT, max_size=4), max_size=4)),
)


@given(st.lists(STEP, max_size=8))
def test_any_order_of_parts_gives_a_sound_document(checked: Checked, steps: list[tuple[str, object]]) -> None:
    builder = DocumentBuilder()
    builder.paragraph("政府信息公开")
    for kind, content in steps:
        if kind == "table":
            assert isinstance(content, list)
            builder.table(GridCell(text, y, x) for y, row in enumerate(content) for x, text in enumerate(row))
        else:
            getattr(builder, kind)(content)
    checked(builder.build(b"", name="<bytes>", format="html"))
