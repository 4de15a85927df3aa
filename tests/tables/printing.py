"""Documents for the tests of the table reader: a case's sheets as a report of any layout, and what must hold of it."""

from __future__ import annotations

import random
from decimal import Decimal

from disturbances import Case

from gxnlp.document import Cell, Document, Source, Table
from gxnlp.forms import form
from gxnlp.forms.rendering import TEXT_LAYOUTS, Sheet, consistent_values, expected, to_html
from gxnlp.reading import read_text
from gxnlp.tables import TableReading, read_cells
from gxnlp.tables.tokens import tokens_of

OPENING = "青禾市财政局2022年政府信息公开工作年度报告\n一、总体情况\n2022年主动公开信息1312条，办结申请35件。\n"
HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、信息处理费收取情况",
)
CLOSING = "六、存在的主要问题及改进情况\n全年共召开会议3次，办理建议25件。\n七、其他需要报告的事项\n无。\n"


def filled_case(edition: str, seed: int, *, divided: bool = True) -> Case:
    """A form filled with numbers that are all different, but for totals, and whose sums hold."""
    numbers = iter(random.Random(seed).sample(range(100, 9000), 400))
    chosen = form(edition)
    return Case.filled(chosen, consistent_values(chosen, lambda: next(numbers), divided=divided), random.Random(seed))


def report(parts: list[str]) -> str:
    """Put tables among prose that holds numbers right before and right after them."""
    body = "\n".join(f"{heading}\n{part}" for heading, part in zip(HEADINGS, parts, strict=False))
    return f"{OPENING}{body}\n{CLOSING}"


def text_document(parts: list[str]) -> Document:
    return read_text(report(parts), format="txt")


def html_document(sheets: list[Sheet]) -> Document:
    paragraphs = report([to_html(sheet).replace("\n", "") for sheet in sheets]).splitlines()
    body = "\n".join(p if p.startswith("<table") else f"<p>{p}</p>" for p in paragraphs)
    return read_text(f"<html><body><div>{body}</div></body></html>", format="html")


def grid_document(sheets: list[Sheet]) -> Document:
    text = ""
    tables: list[Table] = []
    for sheet in sheets:
        cells: list[Cell] = []
        for c in sheet.cells:
            cells.append(Cell(c.text, len(text), len(text) + len(c.text), c.row, c.column, c.row_span, c.column_span))
            text += c.text + "\n"
        tables.append(Table("grid", tuple(cells), cells[0].start, cells[-1].end))
    return Document(text, Source(None, "docx", "", None, None, len(text)), (), tuple(tables))


def document_of(case: Case, layout: str) -> Document:
    """Lay a case out; ``layout`` is a text layout, ``html`` or ``grid``."""
    if layout == "grid":
        return grid_document(case.printed)
    if layout == "html":
        return html_document(case.printed)
    return text_document([TEXT_LAYOUTS[layout](sheet) for sheet in case.printed])


LAYOUTS = (*TEXT_LAYOUTS, "html", "grid")


def values_of(reading: TableReading) -> dict[str, Decimal | None]:
    assert len({cell.indicator for cell in reading.cells}) == len(reading.cells)
    return {cell.indicator: cell.value for cell in reading.cells}


def read_safely(document: Document, case: Case) -> tuple[TableReading, list[str]]:
    """Read a document, hold what must hold of every reading, and return it with the indicators that were lost."""
    reading = read_cells(document)
    found, want = values_of(reading), expected(case.form, case.values)
    wrong = {n: (v, want.get(n)) for n, v in found.items() if v is not None and want.get(n) != v}
    assert not wrong
    lost = [n for n, v in want.items() if v is not None and found.get(n) is None]
    assert reading.warnings or not lost
    for cell in reading.cells:
        assert document.text[cell.start : cell.end] == cell.text
    # Every number is in a cell, or a warning names it.
    accounted = {(c.start, c.end) for c in reading.cells} | set(reading.unplaced)
    messages = [w.message for w in reading.warnings]
    for token in tokens_of(document):
        if token.kind == "number":
            assert (token.start, token.end) in accounted, token
            if (token.start, token.end) in reading.unplaced:
                assert any(token.text in message for message in messages), token
    # No prose was swallowed.
    inside = " ".join(document.text[a:b] for a, b in reading.consumed)
    assert "主动公开信息" not in inside
    assert "办理建议" not in inside
    return reading, lost
