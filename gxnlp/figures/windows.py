"""A text's candidates cut into windows that the tagger reads at once.

A window holds the candidates that share it, the text before the first (the sense of a part may stand several clauses
back) and after the last, and in front the heading under which it stands. Nothing is truncated: every candidate falls
into exactly one window. Text without candidates is never read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from gxnlp.figures.vocabulary import Vocabulary

_HEADING = re.compile(
    r"(?:^|\n)[ #*]*("
    r"(?:第?[一二三四五六七八九十]{1,3}[、.章部]|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.](?!\d))[^\n。;,]{2,40})"
)
HEADING_LENGTH = 24
"""Characters of a heading that stand in front of a window."""


@dataclass(frozen=True, slots=True)
class WindowShape:
    """Sizes in characters of the normalised view: context before and after, and the longest window."""

    left: int = 128
    right: int = 32
    limit: int = 320


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the tagger.

    Attributes:
        ids: Token ids: start, heading, separator, text, separator.
        start: First character of the window in the view.
        shift: What to add to a view offset to get a position in ``ids``.
        members: Indices of the candidates to label here.
    """

    ids: list[int]
    start: int
    shift: int
    members: tuple[int, ...]


def make_windows(
    text: str, spans: Sequence[tuple[int, int]], vocabulary: Vocabulary, shape: WindowShape = WindowShape()
) -> list[Window]:
    """Cut a normalised text around its candidates.

    Args:
        text: The view's text.
        spans: Candidates as half-open offsets into the view, in order of start.
        vocabulary: The tagger's vocabulary.
        shape: Sizes of context.

    Returns:
        Windows in order; together their members are all candidates.
    """
    headings = [(m.start(1), m[1][:HEADING_LENGTH].strip()) for m in _HEADING.finditer(text)]
    starts = [position for position, _ in headings]
    windows: list[Window] = []
    index = 0
    while index < len(spans):
        begin = max(0, spans[index][0] - shape.left)
        last = index
        while last + 1 < len(spans) and spans[last + 1][1] + shape.right - begin <= shape.limit:
            last += 1
        end = min(len(text), max(spans[last][1], spans[index][1]) + shape.right)
        above = bisect_right(starts, begin) - 1
        heading = headings[above][1] if above >= 0 else ""
        head = [vocabulary.start, *vocabulary.encode(heading), vocabulary.separator]
        ids = [*head, *vocabulary.encode(text[begin:end]), vocabulary.separator]
        windows.append(Window(ids, begin, len(head) - begin, tuple(range(index, last + 1))))
        index = last + 1
    return windows
