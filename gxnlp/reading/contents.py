"""Entries of a table of contents: titles that lead to a page number and are no headings themselves."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"\S.*?(?:[.．·•_]\s?){4,}\s*\d{1,3}|\S.*?…{2,}\s*\d{1,3}")


def is_contents_entry(line: str) -> bool:
    """Whether a line is a title, a row of dots and a page number.

    >>> is_contents_entry("一、总体情况……………2"), is_contents_entry("（一）主动公开 . . . . . . 3")
    (True, True)
    >>> is_contents_entry("一、总体情况"), is_contents_entry("全年公开3.5万条……共12")
    (False, False)
    """
    return _ENTRY.fullmatch(line.strip()) is not None
