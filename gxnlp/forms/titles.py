"""Titles as they are compared: without blanks, punctuation and numbering, in Simplified Chinese.

A report writes ``（三）不予公开``, ``(三) 不予公开`` or ``三.不予公开`` for one title of the form, breaks it over
lines, or leaves out what stands in brackets. A title's key folds all of that away; the likeness of two keys
is a number in 0 to 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gxnlp.view import View

_ENUMERATOR = re.compile(
    r"(?:其中:?)?(?:"
    r"[(](?P<bracket>[一二三四五六七八九十]{1,3}|\d{1,2})[)][、.,:]?"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})[、.,:]"
    r"|(?P<digit>\d{1,2})[、.,:)]"
    r"|(?P<circled>[①②③④⑤⑥⑦⑧⑨⑩])"
    r"|(?P<glued>\d)(?=[\u4e00-\u9fff])"
    r")"
)
_BRACKETED = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]?")
_NOT_KEY = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff\u3400-\u4dbf]")
_SAME = str.maketrans({"钩": "勾", "它": "他"})
_CHINESE = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}


@dataclass(frozen=True, slots=True)
class TitleKey:
    """What remains of a title for comparison.

    Attributes:
        full: All letters, digits and characters, numbering taken off.
        short: The same without what stands in brackets (``full`` where nothing else is left).
        number: The numbering, as ``(3)``, ``3.`` or ``3、`` for ``（三）``, ``3.`` and ``三、``; empty without one.
    """

    full: str
    short: str
    number: str

    @property
    def headed(self) -> bool:
        """Whether it is numbered as a section's heading is (``三、``)."""
        return self.number.endswith("、")


def fold(text: str) -> str:
    r"""Return ``text`` through the normalised view, without any blank or line break.

    >>> fold("統 計　指标：\n１")
    '统计指标:1'
    """
    return re.sub(r"\s+", "", View(text, join_lines=True).text)


def _number(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    text = match[kind] if kind else ""
    if kind == "circled":
        return f"{'①②③④⑤⑥⑦⑧⑨⑩'.index(text) + 1}."
    value = int(text) if text.isdecimal() else sum(_CHINESE.get(c, 0) for c in text)
    return {"bracket": f"({value})", "chinese": f"{value}、"}.get(kind, f"{value}.")


@lru_cache(maxsize=8192)
def title_key(text: str) -> TitleKey:
    """Return the key by which a title is compared.

    >>> title_key("（三） 不予 公开").short, title_key("（三） 不予 公开").number
    ('不予公开', '(3)')
    >>> title_key("5、要求行政机关确认").short
    '要求行政机关确认'
    """
    folded = fold(text)
    match = _ENUMERATOR.match(folded)
    number, rest = ("", folded) if match is None else (_number(match), folded[match.end() :])
    if not number:
        rest = re.sub(r"^其中:?", "", rest)
    full = _NOT_KEY.sub("", rest).translate(_SAME)
    short = _NOT_KEY.sub("", _BRACKETED.sub("", rest)).translate(_SAME)
    return TitleKey(full, short or full, number)


@lru_cache(maxsize=8192)
def bigrams(key: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a key (the key itself where it has but one character)."""
    return frozenset(key[i : i + 2] for i in range(len(key) - 1)) or frozenset((key,))


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """Return how alike two keys are, from 0 (nothing in common) to 1 (the same).

    >>> likeness("属于国家秘密", "属于国家秘密"), likeness("总计", "其他")
    (1.0, 0.0)
    """
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    a, b = bigrams(one), bigrams(other)
    return min(2 * len(a & b) / (len(a) + len(b)), 0.99)
