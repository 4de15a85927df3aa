"""The Document: what every reader returns, and all that later stages know of a source.

The text is as read (only a byte order mark is taken off); every place is a pair of character offsets into it. Tables
that the source marks as such (HTML, DOCX, ruled PDF, Markdown, tab-separated text) are grids; statutory tables that
were pasted as text, one cell a line or between bars, are loose runs of cells. The text of a table's cells is part of
``Document.text`` too, so that ``text[cell.start:cell.end] == cell.text`` holds for every cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Format = Literal["txt", "markdown", "html", "docx", "pdf"]
BlockKind = Literal["heading", "paragraph", "furniture"]
SectionKind = Literal[
    "preamble", "overview", "disclosure", "requests", "reviews", "problems", "other", "fees", "statistics"
]
BBox = tuple[float, float, float, float]
"""Left, top, right, bottom in PDF points from the top left corner of the page."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from.

    Attributes:
        path: The path as given, ``-`` for standard input, None for bytes or a string.
        format: The format that the content was read as.
        sha256: Hex digest of the bytes (of the UTF-8 text where a string was given).
        encoding: Codec of a text format, lower case as Python names it; None for binary formats and strings.
        pages: Number of pages (PDF), else None.
        characters: Length of the text.
    """

    path: str | None
    format: Format
    sha256: str
    encoding: str | None
    pages: int | None
    characters: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of prose in reading order: a heading, a paragraph, or page furniture (page numbers, running heads, menus).

    ``start``/``end`` are offsets into the text; ``page`` counts from 1. A paragraph that a PDF breaks over lines or
    pages is one block; its text may hold line breaks.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table as read.

    ``row`` and ``column`` count from 0; in a loose table they are the line and the position in the line. ``row_span``
    and ``column_span`` are 1 but for merged cells, which are listed once, at their top left corner.
    """

    text: str
    start: int
    end: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a grid whose rows and columns the source gives, or a loose run of cells in reading order.

    ``start`` and ``end`` cover all its cells. A table that a PDF breaks over pages is one table where the reader could
    join the parts.
    """

    layout: Literal["grid", "loose"]
    cells: tuple[Cell, ...]
    start: int
    end: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((c.row + c.row_span for c in self.cells), default=0)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max((c.column + c.column_span for c in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: its title as written, its kind by title and content, and its range in the text.

    ``start`` is the start of the title (or of the text where there is no title); ``end`` is where the next begins.
    """

    title: str
    kind: SectionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that could not be read or had to be guessed; it becomes a warning of the record."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One report as read: immutable, shared by all later stages.

    Attributes:
        text: The whole text, tables included.
        source: Where it came from.
        blocks: Prose in reading order; blocks and tables do not overlap.
        tables: Grids and loose runs in reading order.
        sections: In order; together they cover the text from the first to the last block or table.
        title: The report's title where the source gives one (HTML title, first heading), else None.
        notices: What the reader could not read or had to guess.
    """

    text: str
    source: Source
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    title: str | None = None
    notices: tuple[Notice, ...] = field(default=())

    def section_at(self, offset: int) -> Section | None:
        """Return the section that holds the character at ``offset``, or None."""
        return next((s for s in self.sections if s.start <= offset < s.end), None)
