"""Columns of tables whose parts were drawn on their own, so that their rules do not quite meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def column_numbers(xs: Sequence[float], spans: Iterable[tuple[int, int]]) -> list[int]:
    """Number the places of vertical rules, two of them alike where they are near and no cell lies just between them.

    The sections of a form are often made as tables of their own and pushed together; the narrow columns that come of
    it hold nothing.

    Args:
        xs: Places of rules, left to right; in any one unit.
        spans: First rule and last rule of every cell.

    Returns:
        A number for each place, from 0, never falling.

    >>> column_numbers([0.0, 50.0, 58.0, 120.0], [(0, 1), (1, 3), (0, 2), (2, 3)])
    [0, 1, 1, 2]
    """
    limit = 0.3 * (xs[-1] - xs[0]) / (len(xs) - 1)
    used = set(spans)
    numbers = [0]
    first = 0  # the first rule of the present number
    for i in range(1, len(xs)):
        near = first > 0 and i < len(xs) - 1 and xs[i] - xs[first] <= limit
        if near and not any((j, k) in used for j in range(first, i) for k in range(j + 1, i + 1)):
            numbers.append(numbers[-1])
        else:
            first = i
            numbers.append(numbers[-1] + 1)
    return numbers
