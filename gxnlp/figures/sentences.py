"""Sentences: where they end, and which line breaks are none of their ends.

A page that was copied or printed to PDF breaks its lines anywhere, in words and in numbers too; such soft breaks join.
"""

from __future__ import annotations

import re
from itertools import pairwise

from gxnlp.figures.numerals import NUMERAL_CHARS
from gxnlp.figures.units import barred_pattern, unit_pattern
from gxnlp.view import View

_INVISIBLE = "\u200b"
"""Stands for a soft break: as wide as a blank in offsets, dropped by the normalised view."""

_SHORTEST_FULL_LINE = 12
_FULL_SHARE = 0.75
"""A broken line holds at least so many characters and fills at least this share of the longest line about it."""

_ENDS_PARAGRAPH = re.compile(r"[。！？；：!?;:|\t”》】]\s*$")
_STARTS_PARAGRAPH = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．是]|[(（]\d{1,2}[)）]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]+[章节部]|[①-⑳]|[|#*\-—●■◆•·])"
)
_ENDS_IN_NUMBER = re.compile(r"[\d０-９]\s*$")
_ENDS_IN_CHINESE_NUMBER = re.compile(rf"[^第表图附件{NUMERAL_CHARS}\s][{NUMERAL_CHARS}萬億兩]+\s*$")
_GOES_ON_COUNTING = re.compile(rf"\s*(?:[\d０-９]+(?:[.,]\d+)?)?[余多几]?[十百千万亿]*(?:{unit_pattern()})")
_GOES_ON_WITH_NUMBER = re.compile(rf"\s*(?:[\d.,，．０-９余多几百千万亿]|{barred_pattern()})")
_LONGEST_BEGINNING = 24
"""So much of a line tells whether it goes on counting."""
_TERMINATOR = re.compile(r"(?<!\d)。+|。+(?!\d)|[！？!?]+")
_CLOSING = "”’」』）)】》\"'"
_LINE = re.compile(r"[^\r\n]+")


def join_soft_breaks(text: str) -> str:
    r"""Return ``text`` with soft line breaks made invisible; every other character keeps its offset.

    >>> join_soft_breaks("着力健全信息发布机制，全年通过门户网站共公开信息12\n3条。").replace("\u200b", "")
    '着力健全信息发布机制，全年通过门户网站共公开信息123条。'
    """
    lines = list(_LINE.finditer(text))
    pieces: list[str] = []
    position = 0
    for i, (line, following) in enumerate(pairwise(lines)):
        gap = text[line.end() : following.start()]
        if gap not in ("\n", "\r\n", "\r"):
            continue
        width = max(len(near.group().strip()) for near in lines[max(0, i - 2) : i + 3])
        if _is_soft(line.group(), following.group(), width):
            pieces += (text[position : line.end()], _INVISIBLE * len(gap))
            position = following.start()
    pieces.append(text[position:])
    return "".join(pieces)


def _is_soft(line: str, following: str, width: int) -> bool:
    """Tell whether the break between two lines is soft, given the width of the longest line about them."""
    bare = line.strip()
    if "|" in following or "\t" in bare or "\t" in following.strip() or not following.strip():
        return False
    if _ENDS_PARAGRAPH.search(bare):
        return False
    if _ENDS_IN_NUMBER.search(bare) and not bare.isascii():
        # A number that ends a line goes on only in digits or in a unit.
        beginning = View(following[:_LONGEST_BEGINNING]).text
        if _GOES_ON_COUNTING.match(beginning):
            return True
        if not _GOES_ON_WITH_NUMBER.match(beginning):
            return False
    elif _ENDS_IN_CHINESE_NUMBER.search(bare) and _GOES_ON_COUNTING.match(View(following[:_LONGEST_BEGINNING]).text):
        return True
    elif _STARTS_PARAGRAPH.match(following):
        return False
    return len(bare) >= max(_SHORTEST_FULL_LINE, _FULL_SHARE * width)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as spans without blanks around, in order.

    A sentence ends at 。！？ with the quotes and brackets closed after it, and where a line really ends; neither ；
    nor a decimal point ends one.

    >>> [("甲。乙！丙")[a:b] for a, b in split_sentences("甲。乙！丙")]
    ['甲。', '乙！', '丙']
    """
    joined = join_soft_breaks(text)
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(joined):
        start = line.start()
        for match in _TERMINATOR.finditer(joined, line.start(), line.end()):
            end = match.end()
            while end < line.end() and joined[end] in _CLOSING:
                end += 1
            spans.append((start, end))
            start = end
        spans.append((start, line.end()))
    return [span for span in (_strip(joined, *span) for span in spans) if span[0] < span[1]]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] == _INVISIBLE):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] == _INVISIBLE):
        end -= 1
    return start, end
