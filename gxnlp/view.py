"""A normalised view of a text that keeps the way back to the text as read.

Reports come with full-width digits, Kangxi radicals, zero-width characters, blanks inside words and numbers, and in
Traditional Chinese. Titles, numerals and figures are matched in a view where all of that is folded away; every place
found there is translated back, so that offsets always point into the text as read.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

# NFKC would turn 〔 into nothing useful and ① into 1; these characters keep their own meaning in the view.
_KEEP = frozenset("…‥℃㎡①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳½¼¾²³")
_PUNCTUATION = str.maketrans("，；：？！（）［］｛｝％＋－＝／｜＜＞＂＇～", ",;:?!()[]{}%+-=/|<>\"'~")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─━﹣"), "-")


@cache
def _fold_character(char: str) -> str:
    """Fold one character: '' for what is invisible, else exactly one character."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn") or char in "\ufe0f\u00ad":
        return ""
    if char in "\u3000\xa0" or (category == "Zs"):
        return " "
    if char in _KEEP:
        return char
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) != 1:
        return char
    return folded.translate(_PUNCTUATION).translate(_DASHES)


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
def _simplify_character(char: str) -> str:
    simplified: str = _simplifier().convert(char)
    return simplified if len(simplified) == 1 else char


def simplify(text: str) -> str:
    """Return ``text`` in Simplified Chinese, character for character (the length never changes).

    >>> simplify("本機關主動公開條數")
    '本机关主动公开条数'
    """
    if text.isascii():
        return text
    simplified: str = _simplifier().convert(text)
    # A conversion by words may change the length; then fall back to single characters.
    return simplified if len(simplified) == len(text) else "".join(map(_simplify_character, text))


def _is_wide(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char in "〔〕《》“”‘’、。,;:()%"


class View:
    """A folded copy of a text with the way back.

    Folds full-width forms and compatibility characters (Kangxi radicals too), dashes, Traditional to Simplified; drops
    zero-width characters; drops blanks beside a Chinese character and, with ``join_lines``, line breaks between two.

    Args:
        text: The text as read.
        join_lines: Drop line breaks that stand between two non-blank characters, as PDFs break lines anywhere.

    Attributes:
        text: The folded text.

    >>> view = View("共 ２９ 條")
    >>> view.text
    '共29条'
    >>> view.source_span(1, 4)
    (2, 6)
    """

    __slots__ = ("_origins", "_source_length", "text")

    def __init__(self, text: str, *, join_lines: bool = False) -> None:
        chars: list[str] = []
        origins: list[int] = []
        for position, char in enumerate(text):
            folded = char if "!" <= char <= "~" or char == "\n" else _fold_character(char)
            if folded:
                chars.append(folded)
                origins.append(position)
        kept = self._without_blanks(chars, join_lines)
        self._origins = [origins[i] for i in kept]
        self.text = simplify("".join(chars[i] for i in kept))
        self._source_length = len(text)

    @staticmethod
    def _without_blanks(chars: list[str], join_lines: bool) -> list[int]:
        kept: list[int] = []
        blanks = " \t\r\n" if join_lines else " \t\r"
        for i, char in enumerate(chars):
            if char not in blanks:
                kept.append(i)
                continue
            before = chars[kept[-1]] if kept else "\n"
            after = next((c for c in chars[i + 1 : i + 40] if c not in blanks), "\n")
            if _is_wide(before) or _is_wide(after) or before in " \n" or after == "\n":
                continue
            kept.append(i)
        return kept

    def __len__(self) -> int:
        return len(self.text)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Translate a span of the view into offsets of the text as read; an empty span stays empty."""
        if start >= len(self._origins):
            return self._source_length, self._source_length
        first = self._origins[start]
        return (first, first) if end <= start else (first, self._origins[end - 1] + 1)

    def view_offset(self, position: int) -> int:
        """Return the first offset of the view whose character stands at or after ``position`` in the text as read."""
        from bisect import bisect_left

        return bisect_left(self._origins, position)

    def is_monotone(self) -> bool:
        """Whether offsets rise strictly, as every other method assumes (used by tests)."""
        return all(a < b for a, b in pairwise(self._origins))
