"""From pages to one flow: prose and tables in reading order, whole again over page breaks, written to a Document."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from gxnlp.document import BBox, Document
from gxnlp.reading.assembly import DocumentBuilder, Line
from gxnlp.reading.contents import is_contents_entry
from gxnlp.reading.pdf_columns import FlowLine, find_aligned
from gxnlp.reading.pdf_furniture import furniture, page_number
from gxnlp.reading.pdf_joins import TablePart, is_continuation_mark, join_parts, part_of
from gxnlp.reading.pdf_page import UNMAPPED, Page, turned
from gxnlp.reading.pdf_tables import find_grids
from gxnlp.reading.pdf_text import Measure, TextLine, continues, lines_of, measure


@dataclass(slots=True)
class RuledTable:
    """A ruled table, over as many pages as it has.

    ``top`` is where it begins on its first page; ``lines`` is its text where it may be no more than a frame.
    """

    part: TablePart
    first_page: int
    last_page: int
    top: float
    lines: list[tuple[Page, TextLine]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page sorted into its tables and its other lines; its glyphs and rules are not kept."""

    page: Page
    lines: tuple[TextLine, ...]
    tables: tuple[RuledTable, ...]
    sideways: tuple[str, ...]
    unmapped: int

    @property
    def readable(self) -> bool:
        """Whether any character of it is known."""
        texts = [line.text for line in self.lines] + [c.text for t in self.tables for c in t.part.cells]
        return any(char.isalnum() for text in (*texts, *self.sideways) for char in text)


_Item = tuple[Page, TextLine] | RuledTable


def lay_out(page: Page) -> Sheet:
    """Sort what a page shows into tables and lines."""
    bare = Page(page.number, page.width, page.height, page.turn, (), (), page.slanted, page.pictures, page.invisible)
    taken: set[int] = set()
    tables: list[RuledTable] = []
    for grid in find_grids(page.rules):
        part, members = part_of(grid, page)
        if members:
            lines = lines_of(page.glyphs[i] for i in members) if part.is_frame else []
            tables.append(RuledTable(part, page.number, page.number, grid.ys[0], [(bare, line) for line in lines]))
            taken |= members
    rest = [glyph for i, glyph in enumerate(page.glyphs) if i not in taken]
    sideways = [
        line.text
        for direction in (1, 2, 3)
        for line in lines_of(turned(g, direction, page.width, page.height) for g in rest if g.direction == direction)
    ]
    unmapped = sum(UNMAPPED in glyph.text for glyph in page.glyphs)
    return Sheet(bare, tuple(lines_of(rest)), tuple(tables), tuple(sideways), unmapped)


def compose(sheets: Sequence[Sheet], data: bytes, name: str) -> Document:
    """Return the Document of all pages.

    Raises:
        ReadError: With category ``no_text`` where there is nothing but furniture.
    """
    marks = furniture([(sheet.page, sheet.lines) for sheet in sheets])
    items = _joined(_items(sheets, marks))
    area = measure(_prose(items))
    margins = _Margins(sheets, marks)
    builder = DocumentBuilder()
    stretch: list[tuple[Page, TextLine]] = []
    for item in items:
        if not isinstance(item, RuledTable):
            stretch.append(item)
            continue
        _write_stretch(builder, stretch, area, margins)
        stretch = []
        margins.write(builder, item.first_page)
        builder.table(item.part.grid_cells())
    _write_stretch(builder, stretch, area, margins)
    margins.write(builder, len(sheets) + 1)
    return builder.build(data, name=name, format="pdf", pages=len(sheets))


def _items(sheets: Sequence[Sheet], marks: Sequence[frozenset[int]]) -> list[_Item]:
    """Return the lines and tables of all pages in reading order, furniture left out."""
    items: list[_Item] = []
    for sheet, mark in zip(sheets, marks, strict=True):
        lines = [(sheet.page, line) for i, line in enumerate(sheet.lines) if i not in mark]
        start = 0
        for table in sheet.tables:
            end = next((i for i in range(start, len(lines)) if lines[i][1].base > table.top), len(lines))
            items += lines[start:end]
            items.append(table)
            start = end
        items += lines[start:]
    return items


def _joined(items: Sequence[_Item]) -> list[_Item]:
    """Join tables over page breaks, and take frames around prose for the prose that they hold."""
    joined: list[_Item] = []
    for at, item in enumerate(items):
        if not isinstance(item, RuledTable):
            following = items[at + 1] if at + 1 < len(items) else None
            # "续表" above the rest of a table says what joining it makes plain.
            if not (isinstance(following, RuledTable) and is_continuation_mark(item[1].text)):
                joined.append(item)
            continue
        last = joined[-1] if joined else None
        if isinstance(last, RuledTable) and last.last_page + 1 == item.first_page:
            part = None if last.part.piled or item.part.piled else join_parts(last.part, item.part)
            if part is not None:
                joined[-1] = RuledTable(part, last.first_page, item.last_page, last.top, last.lines + item.lines)
                continue
        joined.append(item)
    flat: list[_Item] = []
    for item in joined:
        if isinstance(item, RuledTable) and item.part.is_frame:
            flat += item.lines
        else:
            flat.append(item)
    return flat


def _prose(items: Sequence[_Item]) -> list[list[TextLine]]:
    """Return the lines outside tables, page by page."""
    lines = [item for item in items if not isinstance(item, RuledTable)]
    return [[line for _, line in group] for _, group in groupby(lines, key=lambda item: item[0].number)]


@dataclass(frozen=True, slots=True)
class _Margin:
    """Something outside the text of the pages, to be written before the text of page ``before``."""

    before: int
    kind: Literal["furniture", "paragraph", "notice"]
    text: str
    page: int
    bbox: BBox | None = None
    code: str = ""


class _Margins:
    """What stands outside the text of the pages; it is written where it breaks no block."""

    def __init__(self, sheets: Sequence[Sheet], marks: Sequence[frozenset[int]]) -> None:
        self._waiting: deque[_Margin] = deque()
        for sheet, mark in zip(sheets, marks, strict=True):
            page, number = sheet.page, sheet.page.number
            for i in sorted(mark):
                line = sheet.lines[i]
                before = number if line.base < page.height / 2 else number + 1
                self._waiting.append(_Margin(before, "furniture", line.text, number, page.displayed(line.box)))
            for text in sheet.sideways:
                kind: Literal["furniture", "paragraph"] = "paragraph" if page_number(text) is None else "furniture"
                self._waiting.append(_Margin(number + 1, kind, text, number))
            if page.slanted.strip():
                self._waiting.append(_Margin(number + 1, "furniture", page.slanted, number))
            self._waiting += (_Margin(number + 1, "notice", text, number, code=code) for code, text in _notices(sheet))

    def write(self, builder: DocumentBuilder, page: int) -> None:
        """Write what comes before the text of ``page``."""
        while self._waiting and self._waiting[0].before <= page:
            margin = self._waiting.popleft()
            if margin.kind == "furniture":
                builder.furniture(margin.text, page=margin.page, bbox=margin.bbox)
            elif margin.kind == "paragraph":
                builder.paragraph(margin.text, page=margin.page)
            else:
                builder.notice(margin.code, margin.text, page=margin.page)


def _notices(sheet: Sheet) -> Iterator[tuple[str, str]]:
    if sheet.unmapped:
        yield (
            "unmapped_glyphs",
            f"{sheet.unmapped} glyphs of this page have no character in their font; they stand as U+FFFD",
        )
    if sheet.page.pictures and not sheet.lines and not sheet.tables:
        yield "picture_page", "this page is a picture without text and was not read"
    if sheet.page.invisible:
        yield "recognised_text", "text of this page was recognised in a scan and may hold wrong characters"


def _write_stretch(
    builder: DocumentBuilder, stretch: Sequence[tuple[Page, TextLine]], area: Measure, margins: _Margins
) -> None:
    """Write the text between two ruled tables: paragraphs, and tables without rules."""
    flow: list[FlowLine] = []
    offset = 0.0
    for at, (page, line) in enumerate(stretch):
        if at and page.number != stretch[at - 1][0].number:
            # The first line of a page follows the last of the page before at the usual distance.
            offset = flow[-1].y + area.pitch - line.base
        flow.append(FlowLine(page, line.segments, line.base + offset))
    start = 0
    for table in find_aligned(flow):
        _write_prose(builder, stretch[start : table.first], area, margins)
        margins.write(builder, stretch[table.first][0].number)
        builder.table(table.cells)
        start = table.last
    _write_prose(builder, stretch[start:], area, margins)


def _write_prose(
    builder: DocumentBuilder, stretch: Sequence[tuple[Page, TextLine]], area: Measure, margins: _Margins
) -> None:
    paragraph: list[tuple[Page, TextLine]] = []
    for page, line in stretch:
        if paragraph:
            last_page, last = paragraph[-1]
            if continues(last, line, area, same_page=last_page.number == page.number):
                paragraph.append((page, line))
                continue
            _write_paragraph(builder, paragraph, area, margins)
        paragraph = [(page, line)]
    if paragraph:
        _write_paragraph(builder, paragraph, area, margins)


def _write_paragraph(
    builder: DocumentBuilder, paragraph: Sequence[tuple[Page, TextLine]], area: Measure, margins: _Margins
) -> None:
    margins.write(builder, paragraph[0][0].number)
    lines = [Line(line.text, page.number, page.displayed(line.box)) for page, line in paragraph]
    text = "".join(line.text for line in lines)
    if all(is_contents_entry(line.text) for line in lines):
        builder.furniture(lines)
        return
    large = all(line.size > 1.15 * area.size for _, line in paragraph)
    bold = not area.bold and all(line.bold for _, line in paragraph)
    if len(text) <= 80 and (large or bold) and text[-1:] not in "。；，;,":
        builder.heading(lines)
    else:
        builder.paragraph(lines)
