"""What page breaks cut apart: tables joined over pages, page numbers and running heads told from the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gxnlp.document import BBox
from gxnlp.reading.assembly import GridCell
from gxnlp.reading.columns import column_numbers
from gxnlp.reading.pdf_page import Page
from gxnlp.reading.pdf_tables import Grid
from gxnlp.reading.pdf_text import TextLine, begins_item, cell_text, joined, lines_of

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
    """A table as far as it is known: the places of its columns in points, and its cells by row and column."""

    xs: tuple[float, ...]
    cells: tuple[PartCell, ...]

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
    for box, members in zip(grid.boxes, inside, strict=True):
        left, top, right, bottom = box.bbox
        glyphs = [page.glyphs[i] for i in members]
        text = cell_text(glyphs, right - left).strip()
        lines = lines_of(glyphs)
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
    return TablePart(grid.xs, tuple(cells)), frozenset(i for members in inside for i in members)


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
    if not lower.text or _bare(upper.text) == _bare(lower.text):
        return bool(upper.text) or not lower.text
    return not begins_item(lower.text) and not upper.has_value and not lower.has_value


_PAGE_NUMBER = re.compile(
    r"[-—–－―─·•.~*\s]*(?:第\s*)?(?P<number>\d{1,4})\s*页?\s*"
    r"(?:[,，/／|、\-–—]?\s*(?:共|of|总)?\s*\d{1,4}\s*页?)?[-—–－―─·•.~*\s]*|"
    r"(?i:page|p\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}\s*")
_CONTINUED = re.compile(r"[（(\s]*(?:续表|续上表|接上表|续)[）)\s\d一二三四五六七八九十]*")


def page_number(text: str) -> int | None:
    """Return the number that a line of page numbering gives, or None where the line is something else.

    >>> page_number("- 4 -"), page_number("— 12 —"), page_number("第 4 页 共 9 页"), page_number("公开4条")
    (4, 12, 4, None)
    """
    found = _PAGE_NUMBER.fullmatch(text.strip())
    if not found:
        return None
    return int(found["number"] or re.findall(r"\d+", text)[0])


def is_continuation_mark(text: str) -> bool:
    """Whether a line only says that a table goes on.

    >>> is_continuation_mark("（续表）"), is_continuation_mark("续办申请")
    (True, False)
    """
    return _CONTINUED.fullmatch(text) is not None


def furniture(pages: Sequence[tuple[Page, Sequence[TextLine]]]) -> list[frozenset[int]]:
    """Find page numbers and running heads and feet.

    Looks at the lines from the upper and the lower end of each page inwards, and stops at the first that is text.

    Args:
        pages: Each page with its lines outside tables, top to bottom.

    Returns:
        For each page the positions of the lines that are furniture.
    """
    found: list[set[int]] = [set() for _ in pages]
    for upper in (True, False):
        zones = [_zone(page, lines, upper=upper) for page, lines in pages]
        repeated = _repeated(pages, zones)
        offsets = _numbering(pages, zones)
        for p, ((page, lines), zone) in enumerate(zip(pages, zones, strict=True)):
            for i in zone:
                text = lines[i].text
                number = page_number(text)
                numbered = number is not None and (
                    not _BARE_NUMBER.fullmatch(text) or page.number - number in offsets or len(pages) == 1
                )
                if not numbered and (p, i) not in repeated:
                    break
                found[p].add(i)
    return [frozenset(lines) for lines in found]


def _zone(page: Page, lines: Sequence[TextLine], *, upper: bool) -> list[int]:
    """Return the positions of the lines in the upper or lower margin, from the edge inwards."""
    depth = 0.14 * page.height
    if upper:
        return [i for i, line in enumerate(lines) if line.bottom <= depth][:4]
    return [i for i, line in reversed(list(enumerate(lines))) if line.top >= page.height - depth][:4]


def _repeated(pages: Sequence[tuple[Page, Sequence[TextLine]]], zones: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Return the lines (page, position) whose text, numbers aside, stands at the same height of another page."""
    places: dict[str, list[tuple[float, int, int]]] = {}
    for p, ((page, lines), zone) in enumerate(zip(pages, zones, strict=True)):
        for i in zone:
            key = re.sub(r"\d+", "#", _bare(lines[i].text))
            from_edge = lines[i].base - (page.height if lines[i].base > page.height / 2 else 0)
            places.setdefault(key, []).append((from_edge, p, i))
    return {
        (p, i)
        for same in places.values()
        for base, p, i in same
        if any(other != p and abs(base - there) <= _SAME_PLACE for there, other, _ in same)
    }


def _numbering(pages: Sequence[tuple[Page, Sequence[TextLine]]], zones: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return by how much printed page numbers lag behind the count of pages, where two pages or more agree."""
    lags: Counter[int] = Counter()
    for (page, lines), zone in zip(pages, zones, strict=True):
        numbers: Iterable[int | None] = (page_number(lines[i].text) for i in zone)
        lags.update({page.number - number for number in numbers if number is not None})
    return frozenset(lag for lag, count in lags.items() if count >= 2)
