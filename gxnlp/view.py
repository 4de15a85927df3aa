"""A normalised view of a text that keeps the way back to the text as read.

Reports come with full-width digits, Kangxi radicals, zero-width characters, blanks inside words and numbers, and in
Traditional Chinese. Titles, numerals and figures are matched in a view where all of that is folded away; every place
found there is translated back, so that offsets always point into the text as read.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

# Radicals and strokes that stand for one ideograph beyond doubt and that NFKC leaves alone (Unicode's data file
# EquivalentUnifiedIdeograph.txt); PDFs made from Word carry them in the middle of words.
_RADICALS = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺌⺍⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺫⺬⺭⺮⺯⺰⺱⺲⺶⺹"
        "⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪"
        "⻫⻬⻭⻮⻯⻰⻱⻲㇐㇑㇒㇔",
        "厂乛乚乙亻冂刀刂卜小小兀尣尢巳幺彑彐忄扌攵旡日月歺民氵氺灬爫爫丬牛犭王目示礻竹糹纟罓罒羊耂"
        "肀聿肉臼艹艹艹虎衤覀西见角讠贝足车辶辶辶邑钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾"
        "斉齐歯齿竜龙龜亀一丨丿丶",
        strict=True,
    )
)
# Look-alikes of one sign: dashes, the ratio colon, wave dashes.
_LOOK_ALIKES = str.maketrans("‐‑‒–—―−─━⸺∶〜∼", "----------:~~")
# A raised or ringed digit is a mark of its own (m², ①), not the digit.
_OWN_MEANING = ("<super>", "<sub>", "<circle>", "<fraction>")
_BY_NEIGHBOUR = frozenset("々○◯")


@cache
def _fold_character(char: str) -> str:
    """Fold one character: '' for what is invisible, else exactly one character."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn") or (category == "Cc" and char not in "\t\n\v\f\r\x85"):
        return ""
    if category == "Cs":  # half a surrogate pair: no text at all, and the converter would choke on it
        return "\ufffd"
    if category in ("Zs", "Zl", "Zp") or char in "\v\f\x85":
        return " "
    if char in _RADICALS:
        return _RADICALS[char]
    if unicodedata.decomposition(char).startswith(_OWN_MEANING):
        return char
    folded = unicodedata.normalize("NFKC", char)
    # One character may stand for several (㎡, ㈠, ⑴, …): the view never grows, so these keep their own shape.
    return folded.translate(_LOOK_ALIKES) if len(folded) == 1 else char.translate(_LOOK_ALIKES)


def _fold_by_neighbour(char: str, before: str) -> str:
    """Fold 々 to what it repeats, and a circle typed for the ideographic zero (二○二三); elsewhere it is a bullet."""
    if char == "々":
        return before
    return "〇" if before in "〇零一二三四五六七八九十" else char


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
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or char >= "\U00020000"
        or char in "“”‘’…①②③④⑤%,;:()"
    )


class _Folds(dict[int, str]):
    """What every character folds to, filled as characters come up: a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = self[code] = char if "!" <= char <= "~" or char == "\n" else _fold_character(char)
        return folded


_FOLDS = _Folds()
_BY_NEIGHBOURS = re.compile("[々○◯]")
_BLANKS = re.compile(r"[ \t\r]+")
_BLANKS_AND_BREAKS = re.compile(r"[ \t\r\n]+")


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Fold every character, and say where in the text each that is left stands."""
    folded = text.translate(_FOLDS)
    if _BY_NEIGHBOURS.search(folded) is None and len(folded) == len(text):
        return folded, range(len(text))  # a character folds to one or to none: none was dropped
    chars: list[str] = []
    origins: list[int] = []
    for position, char in enumerate(text):
        one = _FOLDS[ord(char)]
        if one in _BY_NEIGHBOUR and chars:
            one = _fold_by_neighbour(one, chars[-1])
        if one:
            chars.append(one)
            origins.append(position)
    return "".join(chars), origins


class View:
    """A folded copy of a text with the way back.

    Folds full-width forms and compatibility characters (Kangxi and supplementary radicals too), dashes and other
    look-alikes, Traditional to Simplified; drops zero-width and control characters; drops the ``**`` of Markdown
    emphasis, blanks beside a Chinese character and, with ``join_lines``, line breaks between two.

    Args:
        text: The text as read.
        join_lines: Drop line breaks that stand between two non-blank characters, as PDFs break lines anywhere.

    Attributes:
        text: The folded text, never longer than the text as read.

    >>> view = View("共 ２９ 條")
    >>> view.text
    '共29条'
    >>> view.source_span(1, 4)
    (2, 6)
    """

    __slots__ = ("_origins", "_source_length", "text")

    def __init__(self, text: str, *, join_lines: bool = False) -> None:
        chars, origins = _folded(text)
        kept = self._without_blanks(chars, join_lines)
        if "**" in text:
            kept = self._without_emphasis(chars, kept)
        if len(kept) == len(chars):  # as for most titles and lines
            self._origins: Sequence[int] = origins
        else:
            self._origins = kept if isinstance(origins, range) else [origins[i] for i in kept]
            chars = "".join([chars[i] for i in kept])
        self.text = simplify(chars)
        self._source_length = len(text)

    @staticmethod
    def _without_blanks(chars: str, join_lines: bool) -> Sequence[int]:
        runs = _BLANKS_AND_BREAKS if join_lines else _BLANKS
        if runs.search(chars) is None:
            return range(len(chars))
        kept: list[int] = []
        blanks = " \t\r\n" if join_lines else " \t\r"
        position = 0
        for run in runs.finditer(chars):
            kept.extend(range(position, run.start()))
            position = run.end()
            for i in range(run.start(), position):
                before = chars[kept[-1]] if kept else "\n"
                # What stands before settles most, and all of a long run of blanks, without a look ahead.
                if before in " \n" or _is_wide(before):
                    continue
                after = next((c for c in chars[i + 1 : i + 40] if c not in blanks), "\n")
                if _is_wide(after) or after == "\n":
                    continue
                kept.append(i)
        kept.extend(range(position, len(chars)))
        return kept

    @staticmethod
    def _without_emphasis(chars: str, kept: Sequence[int]) -> list[int]:
        """Drop pairs of asterisks; longer runs mask what is private (138****1234) and stay."""
        result: list[int] = []
        run: list[int] = []
        for i in [*kept, -1]:
            if i >= 0 and chars[i] == "*" and (not run or i == run[-1] + 1):
                run.append(i)
                continue
            if len(run) != 2:
                result += run
            run = [i] if i >= 0 and chars[i] == "*" else []
            if i >= 0 and not run:
                result.append(i)
        return result

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
        return bisect_left(self._origins, position)

    def is_monotone(self) -> bool:
        """Whether offsets rise strictly, as every other method assumes (used by tests)."""
        return all(a < b for a, b in pairwise(self._origins))
