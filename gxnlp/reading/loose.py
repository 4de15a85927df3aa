"""Find statutory tables that were pasted as text: one cell a line, between bars, tabs or several blanks.

The forms' own titles are the anchors. A run of lines that hold nothing but titles of the forms, values, marks and units
is a table; any other line ends it, so that prose before, between and after tables stays prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gxnlp.document import Cell, Table
from gxnlp.forms.lexicon import Kind, classify, is_title, split_cell
from gxnlp.forms.titles import title_key

_BARS = re.compile(r"[|｜│┃║¦]")
_SENTENCE = re.compile("[。；！？，,;!?]")
_SHORT = 40
_LONGEST_GAP = 2
"""Lines of something else that may cut a table in two."""
_RULE_LINE = re.compile(r"[\s|｜│┃:+=_\-─━═┄┈┌┐└┘├┤┬┴┼]*")
_RULE_RUN = re.compile("-{3}|={3}|_{3}|[─━═┄┈]{2}")
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
    if is_title(line):
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
        if _RULE_LINE.fullmatch(line) and _RULE_RUN.search(line):
            yield _Line((_Part(line, match.start(), "rule"),), True)
            continue
        parts = _parts(line, match.start())
        yield _Line(tuple(parts), not any(p.text for p in parts))


def _bridges(line: _Line) -> bool:
    """Whether a line that is not of the forms may stand inside a table: short, no sentence, no section's heading."""
    text = "".join(part.text for part in line.parts)
    return len(text) <= _SHORT and not _SENTENCE.search(text) and not title_key(text).headed


def _is_added_row(line: _Line, after: list[_Line]) -> bool:
    """Whether a line that is not of the forms is the title of a row that a report has added: values go with it."""
    return line.has("value") or next((p.kind == "value" for x in after for p in x.parts if p.text), False)


def _begin(run: list[_Line]) -> list[_Line]:
    """Take off what stands before the first title, but not the first piece of a wrapped one."""
    first = next((i for i, line in enumerate(run) if line.has("title")), len(run))
    whole = "".join(part.text for line in run[first : first + 1] for part in line.parts)
    for before in range(first - 1, -1, -1):
        if not run[before].has("piece") or run[before].has("value"):
            break
        whole = "".join(part.text for part in run[before].parts) + whole
        if is_title(whole):
            first = before
    return run[first:]


def _end(run: list[_Line]) -> list[_Line]:
    """Take off page numbers, rules and empty cells after the last title or value."""
    last = next((i for i in range(len(run) - 1, -1, -1) if run[i].has("title", "value", "piece")), -1)
    return run[: last + 1]


def _is_anchored(runs: list[list[_Line]]) -> bool:
    parts = [part for run in runs for line in run for part in line.parts]
    return any(p.kind == "value" for p in parts) and len({p.text for p in parts if p.strong}) >= 2


def _table(run: list[_Line]) -> Table:
    cells = tuple(
        Cell(part.text, part.start, part.start + len(part.text), row, column)
        for row, line in enumerate(run)
        for column, part in enumerate(line.parts)
        if part.kind != "rule"
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
    clusters: list[list[list[_Line]]] = [[]]
    gap: list[_Line] = []
    run: list[_Line] = []
    for line in _lines(text):
        if not line.fits:
            gap.append(line)
            continue
        if gap:
            if run and len(gap) <= _LONGEST_GAP and all(map(_bridges, gap)):
                clusters[-1].append(run)
                clusters[-1].append(gap)
            else:
                clusters[-1].append(run)
                clusters.append([])
            run, gap = [], []
        run.append(line)
    clusters[-1].append(run)
    return tuple(table for cluster in clusters for table in _tables(cluster))


def _tables(cluster: list[list[_Line]]) -> Iterator[Table]:
    """Make tables of runs of lines that are of the forms (at even places) and of what stands between them."""
    runs, gaps = cluster[::2], cluster[1::2]
    if not _is_anchored(runs):
        return
    current = _begin(runs[0])
    for gap, run in zip(gaps, runs[1:], strict=True):
        if current and len(gap) == 1 and _is_added_row(gap[0], run):
            current = current + gap + run
            continue
        if trimmed := _end(current):
            yield _table(trimmed)
        current = run if current else _begin(run)
    if trimmed := _end(current):
        yield _table(trimmed)
