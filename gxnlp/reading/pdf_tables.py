"""Ruled tables: from the rules of a page to grids with merged cells.

Rules are drawn in many ways (lines, thin boxes, one piece a cell, sides left open), so what counts is only where they
run: places are snapped, loose ends cut off, and the plane between the rules is filled; what is not parted by a rule is
one cell. A merged cell so comes out as one cell with its spans, however its borders were drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gxnlp.document import BBox
from gxnlp.reading.pdf_page import Glyph, Rule

_SNAP = 3.0
_REACH = 4.0
_MIN_RULE = 6.0


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a grid: its first row and column, its spans, its place."""

    row: int
    column: int
    row_span: int
    column_span: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the places of its rules (left to right, top to bottom) and the cells between them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]

    @property
    def bbox(self) -> BBox:
        """Left, top, right, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def distribute(self, glyphs: Sequence[Glyph]) -> list[list[int]]:
        """Sort glyphs into the boxes; returns for each box the positions in ``glyphs`` of those that it holds.

        A number that runs over a rule stays whole, in the box that holds its middle.
        """
        at = {
            (row, column): index
            for index, box in enumerate(self.boxes)
            for row in range(box.row, box.row + box.row_span)
            for column in range(box.column, box.column + box.column_span)
        }
        inside: list[list[int]] = [[] for _ in self.boxes]
        left, top, right, bottom = self.bbox
        within = []
        for i, glyph in enumerate(glyphs):
            x, y = glyph.centre
            if left <= x <= right and top <= y <= bottom:
                within.append(i)
        within.sort(key=lambda i: (glyphs[i].y, glyphs[i].x0))
        for run in _numbers_whole(within, glyphs):
            middle = (glyphs[run[0]].x0 + glyphs[run[-1]].x1) / 2
            column = bisect_right(self.xs, middle) - 1
            row = bisect_right(self.ys, glyphs[run[0]].centre[1]) - 1
            index = at.get((row, column))
            if index is not None:
                inside[index] += run
        return inside


def _numbers_whole(order: Sequence[int], glyphs: Sequence[Glyph]) -> Iterable[list[int]]:
    """Yield positions one by one, but those of the digits of one number together."""
    run: list[int] = []
    for i in order:
        if run:
            glyph, last = glyphs[i], glyphs[run[-1]]
            if (
                _is_numeric(glyph)
                and _is_numeric(last)
                and abs(glyph.y - last.y) < 0.1
                and abs(glyph.x0 - last.x1) < 0.12 * glyph.size
            ):
                run.append(i)
                continue
            yield run
        run = [i]
    if run:
        yield run


def _is_numeric(glyph: Glyph) -> bool:
    return glyph.direction == 0 and (glyph.text.isdigit() or glyph.text in ".,%")


def find_grids(rules: Iterable[Rule]) -> list[Grid]:
    """Return the grids that rules form, top to bottom; a grid has at least one closed cell."""
    merged = _merged(rules)
    grids = [grid for component in _components(merged) if (grid := _grid(component))]
    grids.sort(key=lambda g: (g.ys[0], g.xs[0]))
    return [g for g in grids if not _is_frame(g, grids) and not any(_is_nested(g, other) for other in grids)]


def _snapped(values: Iterable[float]) -> dict[float, float]:
    """Map each place to the middle of the group of places that it belongs to."""
    ordered = sorted(set(values))
    places: dict[float, float] = {}
    group: list[float] = []
    for value in [*ordered, float("inf")]:
        if group and (value - group[-1] > _SNAP or value - group[0] > 1.5 * _SNAP):
            middle = (group[0] + group[-1]) / 2
            places.update(dict.fromkeys(group, middle))
            group = []
        group.append(value)
    return places


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Snap rules to common places and join the pieces of one line; drop what is too short to part cells."""
    every = list(rules)
    merged: list[Rule] = []
    for horizontal in (True, False):
        same = [rule for rule in every if rule.horizontal is horizontal]
        places = _snapped(rule.at for rule in same)
        pieces: defaultdict[float, list[Rule]] = defaultdict(list)
        for rule in same:
            pieces[places[rule.at]].append(rule)
        for at, group in pieces.items():
            low, high = None, 0.0
            for rule in sorted(group, key=lambda r: r.low):
                if low is None:
                    low, high = rule.low, rule.high
                elif rule.low <= high + _REACH:
                    high = max(high, rule.high)
                else:
                    merged.append(Rule(horizontal, at, low, high))
                    low, high = rule.low, rule.high
            if low is not None:
                merged.append(Rule(horizontal, at, low, high))
    return [rule for rule in merged if rule.high - rule.low >= _MIN_RULE]


def _meet(horizontal: Rule, vertical: Rule) -> bool:
    return (
        horizontal.low - _REACH <= vertical.at <= horizontal.high + _REACH
        and vertical.low - _REACH <= horizontal.at <= vertical.high + _REACH
    )


def _components(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Group rules that meet each other; lines of one width, one below the other, are a group too."""
    across = [rule for rule in rules if rule.horizontal]
    down = [rule for rule in rules if not rule.horizontal]
    parent = list(range(len(rules)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(across):
        for j, v in enumerate(down, len(across)):
            if _meet(h, v):
                parent[root(i)] = root(j)
    groups: defaultdict[int, list[Rule]] = defaultdict(list)
    for i, rule in enumerate([*across, *down]):
        groups[root(i)].append(rule)
    # Rules of one direction alone meet nothing and are no table.
    return [group for group in groups.values() if len(group) > 1]


def _closed(component: Sequence[Rule]) -> list[Rule]:
    """Close sides that a table leaves open: where several rules end at the same place, a rule is taken to run."""
    opened: dict[tuple[bool, bool], tuple[float, float, float]] = {}
    for horizontal in (True, False):
        ends = [rule for rule in component if rule.horizontal is not horizontal]
        sides = [rule.at for rule in component if rule.horizontal is horizontal]
        for low in (True, False):
            place = min(rule.low for rule in ends) if low else max(rule.high for rule in ends)
            reaching = [rule.at for rule in ends if abs((rule.low if low else rule.high) - place) <= _SNAP]
            if all(abs(at - place) > 2 * _SNAP for at in sides):
                opened[horizontal, low] = place, min(reaching), max(reaching)
    closed = list(component)
    for (horizontal, _), (place, start, end) in opened.items():
        # Where two neighbouring sides are open, the new rules go on to the corner.
        start = min(start, opened.get((not horizontal, True), (start,))[0])
        end = max(end, opened.get((not horizontal, False), (end,))[0])
        closed.append(Rule(horizontal, place, start, end))
    return closed


def _grid(component: Sequence[Rule]) -> Grid | None:
    rules = _closed(component)
    while True:
        across = [rule for rule in rules if rule.horizontal]
        down = [rule for rule in rules if not rule.horizontal]
        kept: list[Rule] = []
        for rule in rules:
            # Loose ends part nothing: a rule counts from the first to the last rule that it meets.
            others = down if rule.horizontal else across
            met = [o.at for o in others if (_meet(rule, o) if rule.horizontal else _meet(o, rule))]
            if len(met) >= 2 and max(met) > min(met):
                kept.append(Rule(rule.horizontal, rule.at, min(met), max(met)))
        if kept == rules:
            break
        rules = kept
    xs = sorted({rule.at for rule in rules if not rule.horizontal})
    ys = sorted({rule.at for rule in rules if rule.horizontal})
    if len(xs) < 2 or len(ys) < 2:
        return None
    return _filled(xs, ys, rules)


def _filled(xs: list[float], ys: list[float], rules: Sequence[Rule]) -> Grid | None:
    """Fill the plane between the rules and return the cells."""
    columns, rows = len(xs) - 1, len(ys) - 1
    column_of, row_of = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    above = [[False] * columns for _ in range(rows + 1)]
    before = [[False] * (columns + 1) for _ in range(rows)]
    for rule in rules:
        if rule.horizontal:
            for column in range(column_of[rule.low], column_of[rule.high]):
                above[row_of[rule.at]][column] = True
        else:
            for row in range(row_of[rule.low], row_of[rule.high]):
                before[row][column_of[rule.at]] = True
    region = [[-1] * columns for _ in range(rows)]
    boxes: list[Box] = []
    for row in range(rows):
        for column in range(columns):
            if region[row][column] < 0:
                found = _region(row, column, region, above, before, len(boxes))
                boxes += _rectangles(found, xs, ys)
    # What is open to the outside through a missing border is no cell; `_region` returns nothing for it.
    boxes.sort(key=lambda box: (box.row, box.column))
    return Grid(tuple(xs), tuple(ys), tuple(boxes)) if boxes else None


def _region(
    row: int, column: int, region: list[list[int]], above: list[list[bool]], before: list[list[bool]], number: int
) -> list[tuple[int, int]]:
    """Fill from one field of the plane; returns the fields reached, none where the fill runs out of the grid."""
    rows, columns = len(region), len(region[0])
    region[row][column] = number
    todo, found, leaks = [(row, column)], [], False
    while todo:
        r, c = todo.pop()
        found.append((r, c))
        for wall, r2, c2 in (
            (above[r][c], r - 1, c),
            (above[r + 1][c], r + 1, c),
            (before[r][c], r, c - 1),
            (before[r][c + 1], r, c + 1),
        ):
            if wall:
                continue
            if not (0 <= r2 < rows and 0 <= c2 < columns):
                leaks = True
            elif region[r2][c2] < 0:
                region[r2][c2] = number
                todo.append((r2, c2))
    return [] if leaks else sorted(found)


def _rectangles(fields: list[tuple[int, int]], xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """Return the fields as one box, or as several where a rule is missing and they form no rectangle."""
    left = set(fields)
    boxes: list[Box] = []
    for row, column in fields:
        if (row, column) not in left:
            continue
        width = 1
        while (row, column + width) in left:
            width += 1
        height = 1
        while all((row + height, c) in left for c in range(column, column + width)):
            height += 1
        left -= {(r, c) for r in range(row, row + height) for c in range(column, column + width)}
        bbox = (xs[column], ys[row], xs[column + width], ys[row + height])
        boxes.append(Box(row, column, height, width, bbox))
    return boxes


def _contains(outer: BBox, inner: BBox) -> bool:
    return (
        outer[0] - 1 <= inner[0] and outer[1] - 1 <= inner[1] and outer[2] + 1 >= inner[2] and outer[3] + 1 >= inner[3]
    )


def _is_frame(grid: Grid, grids: Sequence[Grid]) -> bool:
    """Whether a grid of one cell only frames another grid."""
    return len(grid.boxes) == 1 and any(o is not grid and _contains(grid.bbox, o.bbox) for o in grids)


def _is_nested(grid: Grid, other: Grid) -> bool:
    """Whether a grid lies within one cell of another, as a mark or a nested table does."""
    if other is grid or len(other.boxes) == 1:
        return False
    return any(_contains(box.bbox, grid.bbox) for box in other.boxes)
