"""Tables without rules: numbers that stand in columns, and the titles beside and above them.

Numbers make the columns, and a line with numbers is a row. A title that is broken over lines stands around the line of
its numbers (or above, or below) and is put together again. Numbers never leave their line, so that the worst that can
go wrong is a piece of a title at the wrong row.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from gxnlp.document import BBox
from gxnlp.reading.assembly import GridCell
from gxnlp.reading.pdf_page import Page
from gxnlp.reading.pdf_text import Segment, begins_item, joined

_VALUE = re.compile(r"[-+]?\d[\d,，.]*(?:[件条次个份篇项]|万?元|[%％])?|[/／\\]|[-—–－]{1,3}|无|不适用")
_FIRST = re.compile(r"[（(]?1[)）、.．]")
_SENTENCE = re.compile(r"[。；;！]|，.*，")
_MOST_BETWEEN = 8
_MOST_HEADS = 10
_SAME_START = 3.0

_Pieces = Sequence[tuple[int, Segment]]


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A line of running text: its page, its segments, and its baseline counted on over the pages."""

    page: Page
    segments: tuple[Segment, ...]
    y: float


@dataclass(slots=True)
class _Row:
    """A row: the line of its numbers (None for a title alone), the lines of its title, its numbers by column."""

    line: int | None
    title_lines: list[int]
    numbers: dict[int, Segment] = field(default_factory=dict)
    above: int = 0


@dataclass(frozen=True, slots=True)
class Aligned:
    """A table without rules: the lines that it takes, from ``first`` up to ``last``, and its cells."""

    first: int
    last: int
    cells: tuple[GridCell, ...]


def is_value(text: str) -> bool:
    """Whether a segment stands in the place of a number.

    >>> is_value("1,204"), is_value("/"), is_value("3.5万元"), is_value("3.其他")
    (True, True, True, False)
    """
    return _VALUE.fullmatch(text) is not None


def find_aligned(lines: Sequence[FlowLine]) -> list[Aligned]:
    """Return the tables without rules in a stretch of running text, in order."""
    found: list[Aligned] = []
    group: list[int] = []
    for i in range(len(lines) + 1):
        if i < len(lines) and not _is_row(lines[i]):
            continue
        if group and (i == len(lines) or _parted(lines, group, i)):
            table = _Builder(lines, group, found[-1].last if found else 0).build()
            if table is not None:
                found.append(table)
            group = []
        group.append(i)
    return found


def _values(line: FlowLine) -> list[Segment]:
    """Return the numbers at the right end of a line."""
    values: list[Segment] = []
    for segment in reversed(line.segments):
        if not is_value(segment.text):
            break
        values.append(segment)
    return values[::-1]


def _is_row(line: FlowLine) -> bool:
    return len(line.segments) >= 2 and bool(_values(line)) and not any(_SENTENCE.search(s.text) for s in line.segments)


def _parted(lines: Sequence[FlowLine], group: Sequence[int], following: int) -> bool:
    """Whether a line between a table's last row and the next row reaches under the numbers, as prose and heads do."""
    left = min(_values(lines[i])[0].x0 for i in (*group, following))
    between = lines[group[-1] + 1 : following]
    return len(between) > _MOST_BETWEEN or any(
        line.segments[-1].x1 > left + line.segments[-1].size or _SENTENCE.search(line.segments[-1].text)
        for line in between
    )


class _Builder:
    """Builds one table around a group of rows."""

    def __init__(self, lines: Sequence[FlowLine], group: Sequence[int], begin: int) -> None:
        self._lines = lines
        self._group = group
        self._begin = begin
        self._columns: list[tuple[float, float]] = []

    def build(self) -> Aligned | None:
        """Return the table, or None where the numbers form no columns or are too few to tell."""
        lines, group = self._lines, self._group
        if not self._find_columns() or len(self._columns) < (2 if len(group) > 1 else 3):
            return None
        self._left = self._columns[0][0]
        first = self._first_head()
        last = self._last_rest()
        pieces = {i: [s for s in lines[i].segments if s.x1 <= self._left] for i in range(first, last)}
        heads, start = self._heads(first, pieces)
        self._starts = _starts([s for i in range(start, last) for s in pieces[i]])
        self._titles: dict[int, list[Segment]] = {}
        beside = [piece for i in range(start, last) for piece in self._sort_out(i, pieces)]
        return Aligned(first, last, tuple(self._cells(heads, self._rows(start, last), _runs(beside, lines))))

    def _sort_out(self, line: int, pieces: dict[int, list[Segment]]) -> list[tuple[int, Segment]]:
        """Keep the title of a row and return what stands in the columns left of the titles, over several rows."""
        inner = [s for s in pieces[line] if s.x1 > self._starts[-1] - 1]
        outer = [s for s in pieces[line] if s.x1 <= self._starts[-1] - 1]
        if not inner and outer and line in self._group:
            # Numbers between two lines of a title have no title of their own on their line; other rows have.
            y, size = self._lines[line].y, outer[0].size
            near = (i for i in (line - 1, line + 1) if i in pieces and abs(self._lines[i].y - y) < size)
            if not any(s.x1 > self._starts[-1] - 1 for i in near for s in pieces[i]):
                inner, outer = outer, []
        self._titles[line] = inner
        return [(line, segment) for segment in outer]

    def _find_columns(self) -> bool:
        rows = [_values(self._lines[i]) for i in self._group]
        for x0, x1 in sorted((s.x0, s.x1) for row in rows for s in row):
            if self._columns and x0 < self._columns[-1][1]:
                self._columns[-1] = (self._columns[-1][0], max(self._columns[-1][1], x1))
            else:
                self._columns.append((x0, x1))
        return all(len({self._column_of(s) for s in row}) == len(row) for row in rows)

    def _column_of(self, segment: Segment) -> int:
        middle = segment.x0 + segment.x1
        return min(range(len(self._columns)), key=lambda c: abs(sum(self._columns[c]) - middle))

    def _first_head(self) -> int:
        """Go up from the first row over the lines that head its columns or begin its title."""
        lines, row = self._lines, self._group[0]
        first = row
        while first > self._begin and row - first < _MOST_HEADS:
            line = lines[first - 1]
            head, size = line.segments[0], line.segments[0].size
            if line.page is not lines[row].page or any(_SENTENCE.search(s.text) for s in line.segments):
                break
            over = head.x0 > self._left - 4 * size and len(head.text) < 30
            wraps = line.segments[-1].x1 <= self._left and lines[first].y - line.y < 1.9 * size
            if not (over or wraps or len(line.segments) > 1):
                break
            first -= 1
        return first

    def _last_rest(self) -> int:
        """Go down from the last row over the lines that only end its title."""
        lines, row = self._lines, self._group[-1]
        last = row + 1
        while last < len(lines) and last - row <= 4:
            line = lines[last]
            segment = line.segments[0]
            if (
                line.page is not lines[row].page
                or line.segments[-1].x1 > self._left
                or line.y - lines[last - 1].y > 1.6 * segment.size
                or begins_item(segment.text)
            ):
                break
            last += 1
        return last

    def _heads(self, first: int, pieces: dict[int, list[Segment]]) -> tuple[list[list[tuple[int, Segment]]], int]:
        """Return the headings above the columns, lines of one together, and the line behind the last of them."""
        over = [(i, s) for i in range(first, self._group[0]) for s in self._lines[i].segments if s.x1 > self._left]
        start = over[-1][0] + 1 if over else first
        beside = [(i, s) for i in range(first, start) for s in pieces[i]]
        return _runs(over, self._lines) + _runs(beside, self._lines), start

    def _rows(self, start: int, last: int) -> list[_Row]:
        """Give the lines of titles without numbers to the rows: a title stands around its numbers."""
        rows: list[_Row] = []
        run = [i for i in range(start, self._group[0]) if self._titles[i]]
        for at, line in enumerate(self._group):
            end = self._group[at + 1] if at + 1 < len(self._group) else last
            own = self._titles[line]
            row = _Row(line, [line] if own else [], {self._column_of(s): s for s in _values(self._lines[line])})
            if own and begins_item(own[-1].text):
                rows += (_Row(None, group) for group in self._items(run))
            elif run:
                *alone, lead = self._items(run)
                rows += (_Row(None, group) for group in alone)
                row.title_lines = lead + row.title_lines
                row.above = len(lead)
            rows.append(row)
            run = [i for i in range(line + 1, end) if self._titles[i]]
            taken = len(run) if end == last else self._taken(run, row, bool(self._titles[self._group[at + 1]]))
            row.title_lines += run[:taken]
            run = run[taken:]
        return rows

    def _items(self, run: Sequence[int]) -> list[list[int]]:
        """Divide lines where an item begins."""
        groups: list[list[int]] = []
        for i in run:
            if not groups or begins_item(self._titles[i][-1].text):
                groups.append([])
            groups[-1].append(i)
        return groups

    def _taken(self, run: Sequence[int], row: _Row, next_titled: bool) -> int:
        """Return how many of the lines behind a row belong to its title."""
        mark = next((k for k, i in enumerate(run) if begins_item(self._titles[i][-1].text)), None)
        if mark is not None:
            return mark
        if row.above:
            return min(row.above, len(run))
        return len(run) if row.title_lines and next_titled else 0

    def _cells(self, heads: Sequence[_Pieces], rows: Sequence[_Row], beside: Sequence[_Pieces]) -> list[GridCell]:
        beside_numbers = beside or any(self._title(row) for row in rows) or any(h[0][1].x1 <= self._left for h in heads)
        wide = len(self._starts) if beside_numbers else 0
        cells: list[GridCell] = []
        lines = sorted({head[0][0] for head in heads})
        for head in heads:
            segment = head[0][1]
            column = wide + self._column_of(segment) if segment.x1 > self._left else 0
            cells.append(self._cell(head, lines.index(head[0][0]), column))
        number = len(lines)
        for at, row in enumerate(rows, number):
            if inner := self._title(row):
                cells.append(self._cell(inner, at, self._depth(inner[0][1]), wide))
            if row.line is not None:
                for column in range(len(self._columns)):
                    value = row.numbers.get(column)
                    cells.append(self._cell([] if value is None else [(row.line, value)], at, wide + column))
        for run in beside:
            first, last = self._reach(run, rows)
            cell = self._cell(run, number + first, self._depth(run[0][1]))
            cells.append(replace(cell, row_span=last - first + 1))
        return _without_twins(cells)

    def _title(self, row: _Row) -> list[tuple[int, Segment]]:
        return [(i, segment) for i in row.title_lines for segment in self._titles[i]]

    def _reach(self, run: _Pieces, rows: Sequence[_Row]) -> tuple[int, int]:
        """Return the first and last row of what stands beside several rows.

        It ends where a title begins as far left as itself; numbered titles next to it begin anew at 1 where it does.
        """
        depth = self._depth(run[0][1])
        middle = (self._lines[run[0][0]].y + self._lines[run[-1][0]].y) / 2

        def distance(at: int) -> float:
            line = rows[at].line
            return abs(self._lines[rows[at].title_lines[0] if line is None else line].y - middle)

        def inside(at: int) -> bool:
            title = self._title(rows[at])
            return not title or self._depth(title[0][1]) > depth

        def anew(at: int) -> bool:
            title = self._title(rows[at])
            return bool(title) and self._depth(title[0][1]) == depth + 1 and bool(_FIRST.match(title[0][1].text))

        first = last = min(range(len(rows)), key=distance)
        while first > 0 and inside(first - 1) and not anew(first):
            first -= 1
        while last + 1 < len(rows) and inside(last + 1) and not anew(last + 1):
            last += 1
        return first, last

    def _depth(self, segment: Segment) -> int:
        """Return the column among those of the titles that a segment begins in."""
        return max(bisect_right(self._starts, segment.x0 + _SAME_START) - 1, 0)

    def _cell(self, pieces: _Pieces, row: int, column: int, end: int = 0) -> GridCell:
        text = ""
        for _, segment in pieces:
            text = joined(text, segment.text)
        if not pieces:
            return GridCell(text, row, column)
        page = self._lines[pieces[0][0]].page
        boxes = [segment.box for i, segment in pieces if self._lines[i].page is page]
        left, top, right, bottom = zip(*boxes, strict=True)
        bbox: BBox = page.displayed((min(left), min(top), max(right), max(bottom)))
        return GridCell(text, row, column, 1, max(end - column, 1), page.number, bbox)


def _starts(pieces: Sequence[Segment]) -> list[float]:
    """Return where the columns of titles begin: places that three pieces or more begin at; at least one."""
    starts: list[float] = []
    group: list[float] = []
    for x0 in [*sorted(segment.x0 for segment in pieces), float("inf")]:
        if group and x0 - group[0] > _SAME_START:
            if len(group) >= 3:
                starts.append(group[0])
            group = []
        group.append(x0)
    return starts or [min((segment.x0 for segment in pieces), default=0.0)]


def _runs(pieces: Sequence[tuple[int, Segment]], lines: Sequence[FlowLine]) -> list[list[tuple[int, Segment]]]:
    """Join what is written on several lines, one right below the other."""
    runs: list[list[tuple[int, Segment]]] = []
    for i, segment in pieces:
        for run in runs:
            at, upper = run[-1]
            centred = abs(upper.x0 + upper.x1 - segment.x0 - segment.x1) < segment.size
            apart = lines[i].y - lines[at].y
            if 0 < apart < 1.6 * segment.size and (centred or abs(upper.x0 - segment.x0) < _SAME_START):
                run.append((i, segment))
                break
        else:
            runs.append([(i, segment)])
    return runs


def _without_twins(cells: Sequence[GridCell]) -> list[GridCell]:
    """Join cells that came to stand on one spot, so that every spot has one cell."""
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
    result: list[GridCell] = []
    for _, same in groupby(ordered, key=lambda cell: (cell.row, cell.column)):
        first, *others = same
        text = first.text
        for other in others:
            text = joined(text, other.text)
        result.append(replace(first, text=text))
    return result
