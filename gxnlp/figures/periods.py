"""Which year a figure speaks of, once the tagger says that it is not the report's own."""

from __future__ import annotations

import re
from collections import Counter

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?")
_LAST_YEAR = re.compile(r"去年|上年|上一年|前一年|同期")
_REACH = 80


def report_year(text: str) -> int | None:
    """Guess the year that a report is about from its text alone: the year named most often before 年."""
    years = Counter(re.findall(r"(?<!\d)((?:19|20)\d\d)年", text))
    return int(years.most_common(1)[0][0]) if years else None


def other_year(text: str, position: int, own: int | None) -> str:
    """Return the year that a figure at ``position`` of a normalised text speaks of.

    The nearest year before it within 80 characters that is not the report's own; ``去年``, ``上年``, ``同期`` are the
    year before; with nothing to go by the year before the report's, and ``year`` where that is unknown too.
    """
    before = text[max(0, position - _REACH) : position]
    named = [(m.start(), m[1]) for m in _YEAR.finditer(before) if own is None or int(m[1]) != own]
    named += [(m.start(), str(own - 1)) for m in _LAST_YEAR.finditer(before)] if own else []
    if named:
        return max(named)[1]
    return str(own - 1) if own else "year"
