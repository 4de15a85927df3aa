"""Tables that page breaks cut apart, joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gxnlp.document import BBox
from gxnlp.reading.assembly import GridCell
from gxnlp.reading.columns import column_numbers
from gxnlp.reading.pdf_columns import is_value
from gxnlp.reading.pdf_page import Page
from gxnlp.reading.pdf_tables import Grid
from gxnlp.reading.pdf_text import TextLine, begins_item, cell_text, fills, joined, lines_of

_SAME_PLACE = 4.0


@dataclass(frozen=True, slots=True)
class PartCell:
    """A cell of a table part; ``left`` and ``right`` are positions in the part's ``xs``.

    ``full`` says that the last line of its text reaches the right end of the cell, so that text may go on.
    """

    text: str
    row: int
    row_span: int
    left: int
    right: int
    page: int
    bbox: BBox
    full: bool = False

    @property
    def last_row(self) -> int:
        """The last row that the cell covers."""
        return self.row + self.row_span - 1

    @property
    def has_value(self) -> bool:
        """Whether it holds what stands in the place of a number, not a title."""
        return bool(self.text) and not re.search(r"[^\W\d_]", self.text)


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table as far as it is known: the places of its columns in points, and its cells by row and column.

    ``piled`` says that cells hold numbers of several rows, as where the rules between rows are missing.
    """

    xs: tuple[float, ...]
    cells: tuple[PartCell, ...]
    piled: bool = False

    @property
    def is_frame(self) -> bool:
        """Whether its rules do not divide what is in it into rows and columns."""
        return self.piled or self.columns == 1

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max((cell.last_row + 1 for cell in self.cells), default=0)

    @property
    def columns(self) -> int:
        """Number of columns, slivers not counted."""
        return max(column_numbers(self.xs, ((cell.left, cell.right) for cell in self.cells)))

    def grid_cells(self) -> list[GridCell]:
        """Return the cells for a `DocumentBuilder`."""
        numbers = column_numbers(self.xs, ((cell.left, cell.right) for cell in self.cells))
        return [
            GridCell(
                cell.text,
                cell.row,
                numbers[cell.left],
                cell.row_span,
                numbers[cell.right] - numbers[cell.left],
                cell.page,
                cell.bbox,
            )
            for cell in self.cells
        ]


def part_of(grid: Grid, page: Page) -> tuple[TablePart, frozenset[int]]:
    """Fill a grid with the text of its page.

    Returns:
        The part, and the positions in ``page.glyphs`` of the glyphs that it took.
    """
    inside = grid.distribute(page.glyphs)
    cells = []
    piled: Counter[int] = Counter()
    for box, members in zip(grid.boxes, inside, strict=True):
        left, top, right, bottom = box.bbox
        glyphs = [page.glyphs[i] for i in members]
        lines = lines_of(glyphs)
        text = cell_text(lines, glyphs, right - left).strip()
        piled[box.row] += _piled(lines, right - left)
        slack = (right - left) - (lines[-1].x1 - lines[-1].x0) if lines else 0.0
        full = bool(lines) and slack < 1.2 * lines[-1].size + 0.08 * (right - left) + 4
        cells.append(
            PartCell(
                text,
                box.row,
                box.row_span,
                box.column,
                box.column + box.column_span,
                page.number,
                page.displayed((left, top, right, bottom)),
                full,
            )
        )
    part = TablePart(grid.xs, tuple(cells), max(piled.values(), default=0) >= 2)
    return part, frozenset(i for members in inside for i in members)


def _piled(lines: Sequence[TextLine], width: float) -> int:
    """Return how much speaks for rules missing in a cell: 2 is enough, 1 where a neighbour has 1 as well."""
    if any(sum(is_value(segment.text) for segment in line.segments) >= 2 for line in lines):
        return 2
    if sum(begins_item(line.text) for line in lines) >= 2:
        return 2
    apart = [line for line in lines if is_value(line.text) and not fills(line, width)]
    return int(len(apart) >= 2)


def _same_columns(first: TablePart, second: TablePart) -> bool:
    """Whether two parts have the same outer sides, and the one with fewer columns has no other rules."""
    if abs(first.xs[0] - second.xs[0]) > 1.5 * _SAME_PLACE or abs(first.xs[-1] - second.xs[-1]) > 1.5 * _SAME_PLACE:
        return False
    fewer, more = sorted((first.xs[1:-1], second.xs[1:-1]), key=len)
    return all(any(abs(x - y) <= _SAME_PLACE for y in more) for x in fewer)


def _aligned(first: TablePart, second: TablePart) -> tuple[TablePart, TablePart]:
    """Bring two parts onto the same places of rules."""
    xs = list(first.xs)
    xs += [x for x in second.xs if all(abs(x - y) > 1.5 * _SAME_PLACE for y in xs)]
    xs.sort()

    def moved(part: TablePart) -> TablePart:
        at = [min(range(len(xs)), key=lambda i: abs(xs[i] - x)) for x in part.xs]
        cells = tuple(replace(cell, left=at[cell.left], right=at[cell.right]) for cell in part.cells)
        return TablePart(tuple(xs), cells)

    return moved(first), moved(second)


def join_parts(first: TablePart, second: TablePart) -> TablePart | None:
    """Join a table with what follows at the top of the next page, or return None where that is another table.

    A header printed again is left out, a row that the break cuts in two is made whole, and a merged cell that runs
    over the break stays one cell.
    """
    if not _same_columns(first, second):
        return None
    first, second = _aligned(first, second)
    skipped = _repeated_rows(first, second)
    rest = [replace(cell, row=cell.row - skipped) for cell in second.cells if cell.row >= skipped]
    if not rest:
        return first
    rows = first.rows
    cut = _is_cut_row(first, rest)
    offset = rows - cut
    cells = list(first.cells)
    for cell in rest:
        partner = next(
            (
                i
                for i, other in enumerate(cells)
                if cell.row == 0 and (other.left, other.right) == (cell.left, cell.right) and other.last_row == rows - 1
            ),
            None,
        )
        moved = replace(cell, row=cell.row + offset)
        if partner is None or not (_goes_on(cells[partner], cell, rows) or (cut and cell.row_span == 1)):
            cells.append(moved)
            continue
        upper = cells[partner]
        text = upper.text if _bare(upper.text) == _bare(cell.text) and not cut else joined(upper.text, cell.text)
        span = moved.last_row - upper.row + 1
        # The place of a cell cut in two is the part that holds its text.
        where = upper if upper.text or not cell.text else cell
        cells[partner] = replace(upper, text=text, row_span=span, page=where.page, bbox=where.bbox, full=cell.full)
    cells.sort(key=lambda cell: (cell.row, cell.left))
    return TablePart(first.xs, tuple(cells))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _repeated_rows(first: TablePart, second: TablePart) -> int:
    """Return how many rows at the head of ``second`` only repeat the head of ``first``."""

    def head(part: TablePart, rows: int) -> list[tuple[int, int, int, int, str]] | None:
        cells = [cell for cell in part.cells if cell.row < rows]
        if any(cell.last_row >= rows for cell in cells):
            return None
        return [(c.row, c.row_span, c.left, c.right, _bare(c.text)) for c in cells]

    for rows in range(min(first.rows, second.rows), 0, -1):
        ours, theirs = head(first, rows), head(second, rows)
        if ours is None or ours != theirs:
            continue
        upper = [cell for cell in second.cells if cell.row < rows]
        if any(cell.text for cell in upper) and not any(cell.has_value for cell in upper):
            return rows
    return 0


def _is_cut_row(first: TablePart, rest: Sequence[PartCell]) -> bool:
    """Whether the first row of ``rest`` is the lower half of the last row of ``first``."""
    last = first.rows - 1
    upper = {(c.left, c.right): c for c in first.cells if c.row == last}
    lower = {(c.left, c.right): c for c in rest if c.row == 0 and c.row_span == 1}
    if not lower or not lower.keys() <= upper.keys() | {
        (c.left, c.right) for c in first.cells if c.last_row == last and c.row < last
    }:
        return False
    pairs = [(upper[key], cell) for key, cell in sorted(lower.items()) if key in upper]
    if not pairs or len(pairs) != len(upper):
        return False
    both = [(a, b) for a, b in pairs if a.text and b.text]
    if any(a.has_value or b.has_value or not a.full or begins_item(b.text) for a, b in both):
        return False
    values_above = any(a.has_value for a, _ in pairs)
    values_below = any(b.has_value for _, b in pairs)
    if both:
        return not (values_above and values_below)
    title, under = pairs[0]
    return bool(title.text) and not under.text and values_below and not values_above


def _goes_on(upper: PartCell, lower: PartCell, rows: int) -> bool:
    """Whether a merged cell at the foot of a page runs on into ``lower`` at the head of the next."""
    if upper.last_row != rows - 1 or (upper.row_span == 1 and lower.row_span == 1):
        return False
    if not upper.text or not lower.text or _bare(upper.text) == _bare(lower.text):
        return True
    return not begins_item(lower.text) and not upper.has_value and not lower.has_value


_CONTINUED = re.compile(r"[（(\s]*(?:续表|续上表|接上表|续)[）)\s\d一二三四五六七八九十]*")


def is_continuation_mark(text: str) -> bool:
    """Whether a line only says that a table goes on.

    >>> is_continuation_mark("（续表）"), is_continuation_mark("续办申请")
    (True, False)
    """
    return _CONTINUED.fullmatch(text) is not None
