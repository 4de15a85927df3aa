"""Sentences: where they end, and which line breaks are none of their ends.

A page that was copied or printed to PDF breaks its lines anywhere, in words and in numbers too; such soft breaks join.
"""

from __future__ import annotations

import re
from itertools import pairwise

_INVISIBLE = "\u200b"
"""Stands for a soft break: as wide as a blank in offsets, dropped by the normalised view."""

_SHORTEST_FULL_LINE = 20
"""Characters from which on a line without a full stop may be a broken one: printed lines hold 22 to 40."""

_ENDS_PARAGRAPH = re.compile(r"[。！？；：!?;:|\t”》】]\s*$")
_STARTS_PARAGRAPH = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．是]|[(（]\d{1,2}[)）]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]+[章节部]|[①-⑳]|[|#*\-—●■◆•·])"
)
_TERMINATOR = re.compile(r"(?<!\d)。+|。+(?!\d)|[！？!?]+")
_CLOSING = "”’」』）)】》\"'"
_LINE = re.compile(r"[^\r\n]+")


def join_soft_breaks(text: str) -> str:
    r"""Return ``text`` with soft line breaks made invisible; every other character keeps its offset.

    >>> join_soft_breaks("着力健全信息发布机制，全年通过门户网站共公开信息12\n3条。").replace("\u200b", "")
    '着力健全信息发布机制，全年通过门户网站共公开信息123条。'
    """
    pieces: list[str] = []
    position = 0
    for line, following in pairwise(_LINE.finditer(text)):
        gap = text[line.end() : following.start()]
        if gap.replace("\r\n", "\n").count("\n") + gap.replace("\r\n", "").count("\r") != 1:
            continue
        if _is_soft(line.group(), following.group()):
            pieces += (text[position : line.end()], _INVISIBLE * len(gap))
            position = following.start()
    pieces.append(text[position:])
    return "".join(pieces)


def _is_soft(line: str, following: str) -> bool:
    bare = line.strip()
    if len(bare) < _SHORTEST_FULL_LINE or _ENDS_PARAGRAPH.search(bare) or _STARTS_PARAGRAPH.match(following):
        return False
    return bool(following.strip()) and "|" not in following and "\t" not in bare and "\t" not in following.strip()


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
