"""The cells of a document's tables as one sequence of titles, numbers, marks and blanks, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gxnlp.document import BBox, Cell, Document
from gxnlp.forms.lexicon import classify, split_cell
from gxnlp.forms.titles import TitleKey, title_key
from gxnlp.forms.values import Value, read_value

TokenKind = Literal["title", "number", "mark", "blank", "unit", "page"]

_WRAPPED_NUMBER = re.compile(r"\s*([1-9]\d{1,5})\s*\n\s*(\d{1,3})\s*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a table.

    Attributes:
        kind: ``title`` is any text that is no value: of a form or not.
        text: As written, without blanks around it.
        start: Offset into the document's text.
        end: Likewise.
        line: Row of the grid or line of the loose table, counted on through all tables.
        column: Column of the grid, or place in the line.
        span: Columns that the cell covers.
        table: Position of the table among the document's.
        grid: Whether rows and columns are those of the source.
        value: What a number, mark or blank is worth; None for others.
        joined: The number was written over two lines of its cell and read as one.
        page: Page of the cell, where the document knows it.
        bbox: Place on the page, likewise.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    line: int
    column: int
    span: int
    table: int
    grid: bool
    value: Value | None = None
    joined: bool = False
    page: int | None = None
    bbox: BBox | None = None

    @property
    def key(self) -> TitleKey:
        """The key by which a title is compared."""
        return title_key(self.text)

    @property
    def filled(self) -> bool:
        """Whether it takes a place for a value and is not blank."""
        return self.kind in ("number", "mark")


def _cell_parts(cell: Cell, grid: bool) -> Iterator[tuple[str, int, Value | None, bool]]:
    wrapped = _WRAPPED_NUMBER.fullmatch(cell.text) if grid else None
    if wrapped is not None and len(wrapped[2]) <= len(wrapped[1]):
        # A narrow column breaks a long number.
        yield cell.text, cell.start, read_value(wrapped[1] + wrapped[2]), True
        return
    for text, start in split_cell(cell.text, cell.start):
        yield text, start, read_value(text), False


def tokens_of(document: Document) -> list[Token]:
    """Return the tokens of all tables of a document, in reading order.

    Lines drawn with characters are left out; ``text[token.start:token.end] == token.text`` holds for every token.
    """
    found: list[Token] = []
    base = 0
    for position, table in enumerate(document.tables):
        grid = table.layout == "grid"
        for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
            for text, start, value, joined in _cell_parts(cell, grid):
                stripped = text.strip()
                kind: TokenKind
                if value is not None:
                    kind = value.kind
                else:
                    known, _ = classify(stripped)
                    if known == "rule":
                        continue
                    kind = "page" if known == "page" else "unit" if known == "unit" else "title"
                begin = start + (len(text) - len(text.lstrip()) if stripped else 0)
                found.append(
                    Token(
                        kind,
                        stripped,
                        begin,
                        begin + len(stripped),
                        base + cell.row,
                        cell.column,
                        cell.column_span,
                        position,
                        grid,
                        value,
                        joined,
                        cell.page,
                        cell.bbox,
                    )
                )
        base += table.rows + 1
    return found


def has_number(token: Token) -> bool:
    """Whether a title that no form has holds digits that are not its numbering."""
    return _DIGIT.search(token.key.full) is not None
