"""Find statutory tables that were pasted as text: one cell a line, between bars, tabs or several blanks.

The forms' own titles are the anchors. A run of lines that hold nothing but titles of the forms, values, marks and units
is a table; any other line ends it, so that prose before, between and after tables stays prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gxnlp.document import Cell, Table
from gxnlp.forms.lexicon import Kind, classify, split_cell

_BARS = re.compile(r"[|｜│┃║¦]")
_WIDE_GAP = re.compile(r"[ \u3000\xa0]{2,}")


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    start: int
    kind: Kind
    strong: bool = False


def _pieces(line: str, start: int) -> Iterator[tuple[str, int]]:
    """Divide a line at its bars, tabs or wide gaps; empty cells between bars and tabs are kept."""
    for pattern in (_BARS, re.compile("\t")):
        bounds = [m.span() for m in pattern.finditer(line)]
        if not bounds:
            continue
        begin = 0
        for left, right in [*bounds, (len(line), len(line))]:
            # A bar at a line's end closes its last cell; a tab there opens an empty one.
            if not (left == len(line) and pattern is _BARS and not line[begin:left].strip()):
                yield line[begin:left], start + begin
            begin = right
        return
    if classify(line.strip())[0] not in ("other", "piece"):
        yield line, start
        return
    begin = 0
    for match in _WIDE_GAP.finditer(line):
        if match.start() > begin:
            yield line[begin : match.start()], start + begin
        begin = match.end()
    yield line[begin:], start + begin


def _parts(line: str, start: int) -> list[_Part]:
    parts: list[_Part] = []
    for piece, at in _pieces(line, start):
        for text, place in split_cell(piece, at) if piece.strip() else ((piece, at),):
            stripped = text.strip()
            lead = len(text) - len(text.lstrip()) if stripped else 0
            parts.append(_Part(stripped, place + lead, *classify(stripped)))
    return parts


@dataclass(frozen=True, slots=True)
class _Line:
    parts: tuple[_Part, ...]
    blank: bool

    @property
    def fits(self) -> bool:
        """Whether it may stand in a table."""
        return all(part.kind != "other" for part in self.parts)

    def has(self, *kinds: Kind) -> bool:
        return any(part.kind in kinds for part in self.parts)


def _lines(text: str) -> Iterator[_Line]:
    for match in re.finditer(r"[^\r\n\f\v\x85\u2028\u2029]+", text):
        line = match.group()
        if not line.strip(" \u3000\xa0"):
            continue
        if len(line) > 400 and not _BARS.search(line) and "\t" not in line:
            yield _Line((_Part(line, match.start(), "other"),), False)
            continue
        parts = _parts(line, match.start())
        yield _Line(tuple(parts), not any(p.text for p in parts))


def _trim(run: list[_Line]) -> list[_Line]:
    """Take off what belongs to no row: everything before the first title, page numbers and rules at the end."""
    first = next((i for i, line in enumerate(run) if line.has("title")), len(run))
    # Pieces right before it may be the beginning of a wrapped title.
    while first > 0 and first < len(run) and run[first - 1].has("piece") and not run[first - 1].has("value"):
        first -= 1
    last = next((i for i in range(len(run) - 1, -1, -1) if run[i].has("title", "value", "piece")), -1)
    return run[first : last + 1]


def _is_anchored(run: list[_Line]) -> bool:
    anchors = {p.text for line in run for p in line.parts if p.strong}
    values = sum(p.kind == "value" for line in run for p in line.parts)
    return values > 0 and len(anchors) >= 2


def _is_continuation(run: list[_Line]) -> bool:
    """Whether a run that has too few anchors of its own may go on with a table that was cut by something else."""
    return any(line.has("title", "piece") for line in run) and any(line.has("value") for line in run)


def _table(run: list[_Line]) -> Table:
    cells = tuple(
        Cell(part.text, part.start, part.start + len(part.text), row, column)
        for row, line in enumerate(run)
        for column, part in enumerate(line.parts)
    )
    return Table("loose", cells, cells[0].start, cells[-1].end)


def find_loose_tables(text: str) -> tuple[Table, ...]:
    r"""Find the statutory tables that stand in a text as loose runs of cells.

    Args:
        text: The text as read; all offsets of the tables point into it.

    Returns:
        Tables in order, that do not overlap. A cell's ``row`` is its line within the table and ``column`` its place in
        the line; empty cells between bars or tabs are kept. A table that prose or unknown lines cut is several tables.

    >>> table, = find_loose_tables("二、主动公开政府信息情况\n行政许可 53\n行政处罚 5\n行政强制 0\n共办理58件。")
    >>> [cell.text for cell in table.cells]
    ['行政许可', '53', '行政处罚', '5', '行政强制', '0']
    """
    runs: list[tuple[int, list[_Line]]] = []
    gap = 0
    current: list[_Line] = []
    for line in _lines(text):
        if line.fits:
            current.append(line)
            continue
        if current:
            runs.append((gap, current))
            current, gap = [], 0
        gap += 1
    if current:
        runs.append((gap, current))
    tables: list[Table] = []
    after_table = False
    for gap, untrimmed in runs:
        run = _trim(untrimmed)
        if run and (_is_anchored(run) or (after_table and gap <= 2 and _is_continuation(run))):
            tables.append(_table(run))
            after_table = True
        else:
            after_table = False
    return tuple(tables)
