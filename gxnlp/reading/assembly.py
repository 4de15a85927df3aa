"""From what a reader found to a Document: one way of laying out text, of finding loose tables and sections.

A reader of a format without a plain text of its own (HTML, DOCX, PDF) feeds a `DocumentBuilder` in reading order and
calls `DocumentBuilder.build`. A reader whose source is the text itself (txt, Markdown) finds blocks and grids in it and
calls `assemble`, which is also what the builder ends in.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gxnlp.document import BBox, Block, BlockKind, Cell, Document, Format, Notice, Source, Table
from gxnlp.errors import ReadError
from gxnlp.reading.loose import find_loose_tables
from gxnlp.reading.sections import find_sections
from gxnlp.view import View


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph with its place; ``page`` counts from 1, ``bbox`` is in points from the top left corner."""

    text: str
    page: int | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid before it has offsets. Row and column count from 0; a merged cell is given once, top left."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    page: int | None
    bbox: BBox | None


class DocumentBuilder:
    r"""Lays out text in reading order and keeps the offsets.

    Blocks and tables are parted by a line break, the rows of a grid by a line break, the cells of a row by a tab (a tab
    inside a cell becomes a blank). Outer blanks of blocks, lines and cells are taken off; blocks without text are
    skipped. A paragraph broken over lines or pages is one block: give its lines as `Line` objects, then loose tables
    found in it still know their page and box.

    Statutory tables that were pasted as prose and the sections are found by `build`; a reader marks as ``heading`` only
    what the source marks so (h1-h6, heading styles, a line alone in bold).

    >>> builder = DocumentBuilder()
    >>> builder.heading("一、总体情况")
    >>> builder.paragraph([Line("全年公开信息", page=1), Line("12条。", page=2)])
    >>> builder.table([GridCell("项目", 0, 0), GridCell("件数", 0, 1), GridCell("公开", 1, 0), GridCell("12", 1, 1)])
    >>> document = builder.build(b"", name="<bytes>", format="pdf", pages=2)
    >>> document.text
    '一、总体情况\n全年公开信息\n12条。\n项目\t件数\n公开\t12'
    >>> [(c.text, c.row, c.column) for c in document.tables[0].cells][-1]
    ('12', 1, 1)
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self._places: list[_Place] = []
        self._notices: list[Notice] = []

    def heading(self, text: str | Sequence[Line], *, page: int | None = None, bbox: BBox | None = None) -> None:
        """Append a heading."""
        self._block("heading", text, page, bbox)

    def paragraph(self, text: str | Sequence[Line], *, page: int | None = None, bbox: BBox | None = None) -> None:
        """Append a paragraph; with lines, page and box of the block come from them unless given."""
        self._block("paragraph", text, page, bbox)

    def furniture(self, text: str | Sequence[Line], *, page: int | None = None, bbox: BBox | None = None) -> None:
        """Append page furniture: page numbers, running heads, menus."""
        self._block("furniture", text, page, bbox)

    def table(self, cells: Iterable[GridCell]) -> None:
        """Append a grid; cells are laid out by row, then column. A grid without any text is skipped."""
        ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
        if not any(cell.text.strip() for cell in ordered):
            return
        self._separate()
        start = self._length
        placed: list[Cell] = []
        for cell in ordered:
            if placed:
                self._write("\t" if cell.row == placed[-1].row else "\n")
            text = cell.text.strip().replace("\t", " ")
            begin = self._length
            self._write(text)
            placed.append(
                Cell(
                    text,
                    begin,
                    self._length,
                    cell.row,
                    cell.column,
                    cell.row_span,
                    cell.column_span,
                    cell.page,
                    cell.bbox,
                )
            )
        self._tables.append(Table("grid", tuple(placed), start, self._length))

    def notice(self, code: str, message: str, *, page: int | None = None) -> None:
        """Record something that could not be read or had to be guessed, at the present end of the text."""
        self._notices.append(Notice(code, message, self._length, self._length, page))

    def build(
        self,
        data: bytes,
        *,
        name: str,
        format: Format,
        encoding: str | None = None,
        pages: int | None = None,
        title: str | None = None,
    ) -> Document:
        """Return the Document.

        Args:
            data: The bytes that were read (hashed).
            name: The path as given, ``-`` for standard input, ``<bytes>`` or ``<text>`` where there is none.
            format: The format that was read.
            encoding: Codec, for formats that are text.
            pages: Number of pages, for PDF.
            title: The source's own title; without one the first heading serves.

        Raises:
            ReadError: With category ``no_text`` where nothing but furniture was found.
        """
        text = "".join(self._parts)
        source = make_source(data, name=name, format=format, encoding=encoding, pages=pages, characters=len(text))
        return assemble(text, self._blocks, self._tables, source, name, title, self._notices, self._places)

    def _block(self, kind: BlockKind, text: str | Sequence[Line], page: int | None, bbox: BBox | None) -> None:
        lines = [Line(text, page, bbox)] if isinstance(text, str) else text
        lines = [replace(line, text=line.text.strip()) for line in lines if line.text.strip()]
        if not lines:
            return
        self._separate()
        start = self._length
        for i, line in enumerate(lines):
            if i:
                self._write("\n")
            begin = self._length
            self._write(line.text)
            self._places.append(_Place(begin, self._length, line.page, line.bbox))
        page = lines[0].page if page is None else page
        if bbox is None:
            bbox = _union(line.bbox for line in lines if line.page == page)
        self._blocks.append(Block(kind, start, self._length, page, bbox))

    def _separate(self) -> None:
        if self._length:
            self._write("\n")

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def make_source(
    data: bytes, *, name: str, format: Format, characters: int, encoding: str | None = None, pages: int | None = None
) -> Source:
    """Return the Source of ``data``; names in angle brackets stand for input without a path."""
    path = None if name.startswith("<") else name
    return Source(path, format, hashlib.sha256(data).hexdigest(), encoding, pages, characters)


def assemble(
    text: str,
    blocks: Sequence[Block],
    tables: Sequence[Table],
    source: Source,
    name: str,
    title: str | None = None,
    notices: Sequence[Notice] = (),
    places: Sequence[_Place] = (),
) -> Document:
    """Return the Document of a text whose blocks and grids are known: loose tables and sections are found here.

    Args:
        text: The text as read.
        blocks: Blocks in order, disjoint from each other and from ``tables``.
        tables: Grids in order.
        source: Where the text came from.
        name: What errors call the source.
        title: The source's own title, if it has one.
        notices: What the reader had to say.
        places: Pages and boxes of lines, in order, for formats that have pages.

    Raises:
        ReadError: With category ``no_text`` where there is neither prose nor table.
    """
    if not tables and all(block.kind == "furniture" for block in blocks):
        raise ReadError(name, "it holds no text of a report", "no_text")
    if not _speaks_of_disclosure(text):
        notices = [*notices, Notice("not_a_report", "nothing in it speaks of disclosure work", 0, 0)]
    loose = [_with_places(table, places) for table in _loose_tables(text, tables)]
    every_table = sorted([*tables, *loose], key=lambda table: table.start)
    kept = _outside(text, blocks, loose)
    kept, sections = find_sections(text, kept, every_table)
    if title is None:
        title = _own_title(text, kept, next((section.start for section in sections if section.title), len(text)))
    return Document(text, source, tuple(kept), tuple(every_table), tuple(sections), title, tuple(notices))


def _speaks_of_disclosure(text: str) -> bool:
    words = re.compile("信息公开|政务公开|公开政府信息|年度报告")
    return bool(words.search(text) or words.search(View(text, join_lines=True).text))


def _own_title(text: str, blocks: Sequence[Block], before: int) -> str | None:
    """The first headings that stand together before the first section's title."""
    found: list[str] = []
    for block in blocks:
        if block.kind == "heading" and block.start < before:
            found.append(text[block.start : block.end])
        elif found:
            break
    return "".join(found) or None


def _loose_tables(text: str, grids: Sequence[Table]) -> list[Table]:
    """Look for loose tables in each stretch of text between grids."""
    found: list[Table] = []
    position = 0
    for start, end in [*((grid.start, grid.end) for grid in grids), (len(text), len(text))]:
        if start > position:
            found += [_shifted(table, position) for table in find_loose_tables(text[position:start])]
        position = end
    return found


def _shifted(table: Table, by: int) -> Table:
    if not by:
        return table
    cells = tuple(replace(cell, start=cell.start + by, end=cell.end + by) for cell in table.cells)
    return Table(table.layout, cells, table.start + by, table.end + by)


def _with_places(table: Table, places: Sequence[_Place]) -> Table:
    """Give the cells of a loose table the page and box of the line that they stand on."""
    if not places:
        return table
    starts = [place.start for place in places]
    cells = []
    for cell in table.cells:
        at = bisect_right(starts, cell.start) - 1
        place = places[at] if at >= 0 and cell.start <= places[at].end else None
        cells.append(cell if place is None else replace(cell, page=place.page, bbox=place.bbox))
    return replace(table, cells=tuple(cells))


def _outside(text: str, blocks: Sequence[Block], tables: Sequence[Table]) -> list[Block]:
    """Cut out of the blocks what belongs to the tables; what is left of a block keeps its kind."""
    starts = [table.start for table in tables]
    kept: list[Block] = []
    for block in blocks:
        position = block.start
        first = max(bisect_left(starts, block.start) - 1, 0)
        for table in tables[first:]:
            if table.start >= block.end:
                break
            if table.end > position:
                kept += _trimmed(text, block, position, table.start)
                position = table.end
        kept += _trimmed(text, block, position, block.end)
    return kept


def _trimmed(text: str, block: Block, start: int, end: int) -> list[Block]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [replace(block, start=start, end=end)] if start < end else []


def _union(boxes: Iterable[BBox | None]) -> BBox | None:
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    left, top, right, bottom = zip(*known, strict=True)
    return min(left), min(top), max(right), max(bottom)
