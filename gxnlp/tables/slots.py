"""Put the values of one row into the form's columns.

Where there are as many values as columns there is nothing to decide. Where there are more or fewer, all cheapest ways
to place them are weighed: by the grid's own columns, by the sums that the form demands within a row, and by what the
other rows of the table show; what remains open is left open, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from gxnlp.tables.tokens import Token

EXTRA = -1
"""Stands in an order of columns for one that the form does not have."""
Placement = tuple[int | None, ...]
"""For each column of the form the position of its token, or None."""
Confirm = Callable[[Sequence[Token | None]], int]
"""Counts the sums that hold over a row's values and are not all zero."""

_DROP = {"number": 4, "mark": 4, "blank": 1}
_MISSING = 2
_MOST = 1500
_FARTHEST = 4
"""Values more or fewer than columns that are still weighed."""


@dataclass(frozen=True, slots=True)
class Filling:
    """The values of one row by column.

    Attributes:
        tokens: For each column its token; None where there is none or where it is not certain.
        open: Columns that could not be decided.
        dropped: Filled tokens that are in no column.
        candidates: The placements that remain, for a second look with the other rows in mind.
        missing: Columns that surely have no value, where the rest is certain.
    """

    tokens: tuple[Token | None, ...]
    open: tuple[int, ...]
    dropped: tuple[Token, ...]
    candidates: tuple[Placement, ...] = ()
    missing: frozenset[int] | None = None


def place(
    tokens: list[Token], width: int, orders: list[tuple[int, ...]], fixed: Placement | None, confirm: Confirm
) -> Filling:
    """Place a row's value tokens.

    Args:
        tokens: In reading order, blanks included.
        width: Number of the form's columns.
        orders: Orders in which the columns may be printed, most likely first; EXTRA for a column of no form.
        fixed: The placement that the grid's columns show, if they do.
        confirm: Counts sums that hold.
    """
    found = _cheapest(tokens, width, orders)
    filled = [i for i, token in enumerate(tokens) if token.filled]
    if not found and len(filled) > width and confirm([tokens[i] for i in filled[:width]]) > 0:
        # The values of rows whose titles were lost follow this row's own.
        found = [tuple(filled[:width])]
    if fixed is not None:
        complete = all(i in fixed for i, token in enumerate(tokens) if token.filled)
        if complete and any(i is None or not tokens[i].filled for i in fixed):
            # The grid shows which cells are blank.
            found = []
        found.insert(0, fixed)
    found = list(dict.fromkeys(found))
    if len(found) > 1:
        sums = [confirm([None if i is None else tokens[i] for i in p]) for p in found]
        found = [p for p, count in zip(found, sums, strict=True) if count == max(sums)]
        if fixed is not None and not complete and found[0] == fixed:
            found = [fixed]
    return agree(tokens, width, found)


def agree(tokens: list[Token], width: int, found: Sequence[Placement]) -> Filling:
    """Return what all placements say, and what they leave open."""
    chosen: list[Token | None] = []
    undecided: list[int] = []
    for column in range(width):
        places = [p[column] for p in found]
        values = {None if i is None or not tokens[i].filled else tokens[i].value for i in places}
        if not found or len(values) > 1:
            undecided.append(column)
            chosen.append(None)
        else:
            chosen.append(None if places[0] is None else tokens[places[0]])
    used = {id(t) for t in chosen if t is not None}
    dropped = tuple(t for t in tokens if t.filled and id(t) not in used)
    missing = None
    if len(found) == 1:
        missing = frozenset(c for c, i in enumerate(found[0]) if i is None or not tokens[i].filled)
    return Filling(tuple(chosen), tuple(undecided), dropped, tuple(found), missing)


def _cheapest(tokens: list[Token], width: int, orders: list[tuple[int, ...]]) -> list[Placement]:
    filled = [i for i, t in enumerate(tokens) if t.filled]
    if abs(len(filled) - width) > _FARTHEST and filled:
        return []
    if not filled:
        return [tuple([*range(len(tokens)), *([None] * width)][:width])] if len(tokens) >= width else [(None,) * width]
    best: list[Placement] = []
    cheapest = 10**6
    for order in orders:
        cost, placements = _placements(tokens, filled, order, width)
        if cost < cheapest:
            cheapest, best = cost, placements
        elif cost == cheapest:
            best = best + placements
    return best


def _placements(
    tokens: list[Token], filled: list[int], order: tuple[int, ...], width: int
) -> tuple[int, list[Placement]]:
    """Return the least cost of placing the tokens in one order of columns, and all placements of that cost."""
    count, slots = len(tokens), len(order)
    if len(filled) == slots == filled[-1] - filled[0] + 1:
        exact: list[int | None] = [None] * width
        for column, at in zip(order, filled, strict=True):
            if column != EXTRA:
                exact[column] = at
        return 0, [tuple(exact)]
    edge = [i < filled[0] or i > filled[-1] for i in range(count)]

    def drop(i: int) -> int:
        return 0 if edge[i] else _DROP[tokens[i].kind]

    def take(i: int) -> int:
        # A blank at the edge of a loose row may be padding: it says no more than no cell at all.
        return 0 if tokens[i].filled or not edge[i] or tokens[i].grid else _MISSING

    @cache
    def least(i: int, s: int) -> int:
        if i == count:
            return _MISSING * (slots - s)
        costs = [drop(i) + least(i + 1, s)]
        if s < slots:
            costs += [take(i) + least(i + 1, s + 1), _MISSING + least(i, s + 1)]
        return min(costs)

    found: set[Placement] = set()

    def walk(i: int, s: int, chosen: tuple[int | None, ...]) -> None:
        if len(found) >= _MOST:
            return
        if i == count:
            columns: list[int | None] = [None] * width
            for column, at in zip(order, chosen, strict=False):
                if column != EXTRA:
                    columns[column] = at
            found.add(tuple(columns))
            return
        rest = least(i, s)
        if drop(i) + least(i + 1, s) == rest:
            walk(i + 1, s, chosen)
        if s < slots:
            if take(i) + least(i + 1, s + 1) == rest:
                walk(i + 1, s + 1, (*chosen, i if tokens[i].filled or not edge[i] or tokens[i].grid else None))
            if _MISSING + least(i, s + 1) == rest:
                walk(i, s + 1, (*chosen, None))

    walk(0, 0, ())
    return least(0, 0), sorted(found, key=lambda p: [10**6 if i is None else i for i in p])


def holds(left: Sequence[Token | None], right: Sequence[Token | None]) -> bool | None:
    """Whether two sides of a sum are the same; None where it cannot be said or all is zero.

    A blank counts as nothing, except that a total must be there.
    """
    if any(t is None or t.value is None or t.value.number is None for t in right):
        return None
    numbers = [
        [t.value.number for t in side if t is not None and t.value and t.value.number is not None]
        for side in (left, right)
    ]
    sums = [sum(side, Decimal(0)) for side in numbers]
    return None if sums[0] == sums[1] == 0 else sums[0] == sums[1]
