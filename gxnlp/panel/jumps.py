"""Values that jump out of line with how the other bodies changed over the same year.

The method of Hidiroglou and Berthelot, by which statistical offices edit periodic surveys: M. A. Hidiroglou and
J.-M. Berthelot, "Statistical Editing and Imputation for Periodic Business Surveys", Survey Methodology 12 (1986),
73-83. A ratio to the year before is centred on the median ratio, so that a common trend is no jump, and weighted by
size, so that 1 to 4 is less of a jump than 1,000 to 4,000; what lies far outside the quartiles is out of line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JumpRule:
    """The method's parameters, by the names of the paper, and what this panel adds.

    Attributes:
        u: Weight of size, from 0 (none) to 1.
        a: Share of the median effect that the quartiles' distances are at least, against ratios that crowd.
        c: How many of these distances away is out of line.
        least_ratio: A change of less than this factor, by itself or against the median's, is never out of line: where
            most values stay as they are the quartiles fall together, and any change would be.
        least_size: What the larger of the two values must be: below, chance makes such changes.
        least_pairs: Pairs of years that a group must have to be judged. The pairs of one year are a group; where they
            are fewer, all years of the indicator are one.
    """

    u: float = 0.5
    a: float = 0.05
    c: float = 4.0
    least_ratio: float = 3.0
    least_size: float = 10.0
    least_pairs: int = 10


@dataclass(frozen=True, slots=True)
class Jump:
    """A value out of line: its row and column in the wide matrix, its ratio to the year before and the median ratio."""

    row: int
    column: int
    ratio: float
    median: float


def out_of_line(before: Floats, after: Floats, rule: JumpRule) -> NDArray[np.bool_]:
    """Tell which changes of a group are out of line.

    Args:
        before: Values of the earlier year, shape (n,), above 0.
        after: Values of the later year, shape (n,), above 0.
        rule: The parameters.

    Returns:
        Flags, shape (n,).

    >>> before = np.array([100, 200, 50, 80, 120, 90, 60, 110, 70, 100.0])
    >>> out_of_line(before, before * [1.1, 1, 0.9, 1.2, 1, 1.1, 0.8, 1, 1.3, 40], JumpRule()).tolist().index(True)
    9
    """
    ratio = after / before
    middle = np.median(ratio)
    centred = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect = centred * np.maximum(before, after) ** rule.u
    low, median, high = np.percentile(effect, [25, 50, 75])
    least = abs(rule.a * median)
    below = effect < median - rule.c * max(median - low, least)
    above = effect > median + rule.c * max(high - median, least)
    change = np.minimum(np.maximum(ratio, 1 / ratio), np.maximum(ratio / middle, middle / ratio))
    large = (change >= rule.least_ratio) & (np.maximum(before, after) >= rule.least_size)
    flags: NDArray[np.bool_] = (below | above) & large
    return flags


def find_jumps(wide: Floats, bodies: Any, years: Any, money: Any, rule: JumpRule) -> tuple[list[Jump], int, int]:
    """Find the values that jump out of line.

    A zero has no ratio: a count of 0 is put as 1/2, so that 0 to 500 is seen, and pairs with 0 元 are left out, as are
    pairs of two zeros.

    Args:
        wide: Values, shape (reports, indicators), NaN where there is none; rows in order of body and year.
        bodies: Code of each row's body, shape (reports,).
        years: Year of each row, shape (reports,).
        money: Whether each indicator is in 元, shape (indicators,).
        rule: The parameters.

    Returns:
        The jumps by row and column, the number of pairs judged, and the number in groups too small to judge.
    """
    later = 1 + np.flatnonzero((bodies[1:] == bodies[:-1]) & (years[1:] == years[:-1] + 1))
    found: list[Jump] = []
    judged = passed_over = 0
    for column in range(wide.shape[1]):
        before, after = wide[later - 1, column], wide[later, column]
        usable = (before >= 0) & (after >= 0) & (before + after > 0)
        if money[column]:
            usable &= (before > 0) & (after > 0)
        rows, before, after = later[usable], before[usable], after[usable]
        before, after = np.where(before == 0, 0.5, before), np.where(after == 0, 0.5, after)
        for group in _groups(years[rows], rule.least_pairs):
            if len(group) < rule.least_pairs:
                passed_over += len(group)
                continue
            judged += len(group)
            ratio = after[group] / before[group]
            flags = out_of_line(before[group], after[group], rule)
            middle = float(np.median(ratio))
            found += (Jump(int(rows[group][i]), column, float(ratio[i]), middle) for i in np.flatnonzero(flags))
    return sorted(found, key=lambda jump: (jump.row, jump.column)), judged, passed_over


def _groups(years: Any, least: int) -> Iterator[Any]:
    """Yield the positions of each group: a year's, or all of the years that have too few taken together."""
    by_year: dict[int, list[int]] = defaultdict(list)
    for position, year in enumerate(years.tolist()):
        by_year[year].append(position)
    small: list[int] = []
    for positions in by_year.values():
        if len(positions) >= least:
            yield np.array(positions)
        else:
            small += positions
    if small:
        yield np.array(small)
