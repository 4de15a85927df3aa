"""The words of the forms: what a piece of text is that may stand in a statutory table, whichever form it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from gxnlp.forms.loader import load_forms
from gxnlp.forms.titles import fold, likeness, title_key
from gxnlp.forms.values import UNITS, is_page_mark, read_value, unit_of

Kind = Literal["value", "blank", "unit", "title", "piece", "page", "rule", "other"]
"""A value or a mark for none; nothing; a unit; a title of a form; a piece of one; a page number or running head; a
drawn line; anything else."""

_RULE = re.compile(r"[\s|｜│┃:：+=_\-–—─━┄┈┌┐└┘├┤┬┴┼]*")
_VALUE_AND_UNIT = re.compile(rf"\S+(?:[ \u3000\xa0](?:{'|'.join(UNITS)})(?!\S))?")
_PAGE_TAIL = re.compile(r"\s*(?:[-－–]\s*|[—]{1,2}\s*)\d{1,3}\s*(?:[-－–]|[—]{1,2})\s*$")
_GLUED = re.compile(r"(.*[^\d.,，．、\s])\s*(\d[\d,，.]*)\s*")
_RUNNING_HEAD = re.compile("政府信息公开(?:工作)?(?:年度)?(?:报告|年报)$")
_LONGEST = 70
"""Characters of the longest cell that may be a title of the forms (the longest has 42)."""
_ALIKE = 0.7
_STRONG = 4
"""Characters that a title needs to be an anchor: 其他 and 总计 stand in any text."""


@dataclass(frozen=True, slots=True)
class _Titles:
    exact: dict[str, frozenset[str]]
    """Keys of all titles, with the styles in which each is numbered (as a heading, in brackets, with a dot)."""
    pieces: str
    headings: frozenset[str]
    """Keys of headings that are numbered 一、 in the forms' tables."""
    begun: tuple[str, ...]
    """The same as they are written."""
    sections: tuple[str, ...]


@cache
def _titles() -> _Titles:
    exact: dict[str, set[str]] = {}
    headings: set[str] = set()
    begun: set[str] = set()
    sections: set[str] = set()
    for form in load_forms():
        sections.update(title_key(t).short for t in form.sections)
        for table in form.tables:
            texts = [*table.captions, *table.corner, *table.extra_columns]
            texts += [t for c in table.columns for t in (*c.titles, *c.path)]
            texts += [t for r in table.rows for t in r.titles]
            for text in texts:
                key = title_key(text)
                for one in (key.full, key.short):
                    exact.setdefault(one, set()).add(key.number[-1:])
                if key.headed:
                    headings.update((key.full, key.short))
                    begun.add(fold(text))
    numbered = {key: frozenset(styles) for key, styles in exact.items()}
    return _Titles(numbered, "\n".join(sorted(exact)), frozenset(headings), tuple(begun), tuple(sorted(sections)))


@lru_cache(maxsize=8192)
def classify(text: str) -> tuple[Kind, bool]:
    """Say what one cell's text is, and whether it is a title long enough to tell a statutory table by.

    >>> classify("（三）不予公开"), classify("0"), classify("三、收到和处理政府信息公开申请情况")
    (('title', True), ('value', False), ('other', False))
    """
    value = read_value(text)
    if value is not None:
        return ("blank" if value.kind == "blank" else "value"), False
    if is_page_mark(text) or _RUNNING_HEAD.search(text):
        return "page", False
    if _RULE.fullmatch(text):
        return "rule", False
    if len(text) > _LONGEST:
        return "other", False
    if unit_of(text):
        return "unit", False
    titles = _titles()
    key = title_key(text)
    if not key.full:
        return "piece" if len(key.number) > 1 else "other", False
    if is_title(text):
        return "title", len(key.full) >= _STRONG
    if any(mark in text for mark in "。；！？"):
        return "other", False
    style = key.number[-1:]
    alike = (likeness(key.short, t) for t, styles in titles.exact.items() if not style or {style, ""} & styles)
    best = max(alike, default=0.0)
    section = max((likeness(key.short, title) for title in titles.sections), default=0.0)
    if best >= _ALIKE and best > section and not (key.headed and best < 0.85):
        return "title", len(key.short) >= _STRONG
    if key.headed:
        begun = fold(text)
        return "piece" if any(heading.startswith(begun) for heading in titles.begun) else "other", False
    if key.full in titles.pieces:
        return "piece", False
    return "other", False


@lru_cache(maxsize=8192)
def is_title(text: str) -> bool:
    """Whether a text is a title of a form as the form or a known other spelling has it."""
    key, titles = title_key(text), _titles()
    return any(one in titles.exact and (not key.headed or one in titles.headings) for one in (key.full, key.short))


def _value_tail(text: str) -> int:
    """Return where the run of values that a text ends with begins (its length where there is none)."""
    begin = len(text)
    for match in reversed(list(_VALUE_AND_UNIT.finditer(text))):
        value = read_value(match.group())
        if value is None or value.kind == "blank":
            break
        begin = match.start()
    return begin


def split_cell(text: str, start: int = 0) -> Iterator[tuple[str, int]]:
    """Split a cell that holds more than one thing: titles, the values after one, a page number at the end.

    Args:
        text: One cell, without bars and tabs.
        start: Its offset; the offsets that are returned count from the same origin.

    Yields:
        Texts, surrounding blanks kept, with their offsets.

    >>> list(split_cell("行政许可 53"))
    [('行政许可 ', 0), ('53', 5)]
    """
    for piece, at in _split(text):
        yield piece, start + at


@lru_cache(maxsize=8192)  # the same titles and small numbers come up in every report
def _split(text: str) -> tuple[tuple[str, int], ...]:
    if is_page_mark(text):
        return ((text, 0),)
    page = _PAGE_TAIL.search(text)
    if page is not None and text[: page.start()].strip() and read_value(text[: page.start()]) is None:
        return *_split(text[: page.start()]), (page.group(), page.start())
    begin = _value_tail(text)
    if begin < len(text) and (begin == 0 or classify(text[:begin].strip())[0] in ("title", "piece", "unit")):
        before = _split(text[:begin]) if begin else ()
        return *before, *((m.group(), m.start()) for m in _VALUE_AND_UNIT.finditer(text, begin))
    glued = _GLUED.fullmatch(text)
    if glued is not None and is_title(glued[1]) and not is_title(text):
        return (glued[1], 0), (glued[2], glued.start(2))
    words = list(re.finditer(r"\S+", text))
    if len(words) > 1 and not is_title(text) and _are_titles([word.group() for word in words]):
        return tuple((word.group(), word.start()) for word in words)
    return ((text, 0),)


def _are_titles(words: list[str]) -> bool:
    """Whether the words of a line are titles, or broken off titles that go on in the next line."""
    kinds = [classify(word)[0] for word in words]
    return all(map(is_title, words)) or (len(words) > 2 and all(kind in ("title", "piece") for kind in kinds))
