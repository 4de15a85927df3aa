"""Qualifiers: how exact a figure is said to be, by the words inside it and on either side."""

from __future__ import annotations

import re

from gxnlp.schema import Qualifier

_FILLER = r"(?:[了为有达至到的占合计]|达到|占到)?"

# Tried in this order, since 不少于 ends in 少于 and 不超过 in 超过.
_BEFORE = [
    (Qualifier.AT_LEAST, r"不少于|不低于|不下于|不下|不小于|至少|最少|起码"),
    (Qualifier.AT_MOST, r"不超过|不多于|不高于|不大于|未超过|没有超过|至多|最多|顶多"),
    (Qualifier.LESS_THAN, r"不到|不足|不满|未满|未达|少于|低于|小于"),
    (Qualifier.MORE_THAN, r"超过|(?<![赶反])超出?|逾|突破|(?<!不)多于|高于|大于|多达"),
    (Qualifier.ABOUT, r"大约|约|(?<![最附临靠亲邻就远])近|将近|接近|大概|大致|左右|差不多"),
]
_BEFORE_RE = [(qualifier, re.compile(f"(?:{words}){_FILLER}$")) for qualifier, words in _BEFORE]

_AFTER_RE = [
    (Qualifier.AT_LEAST, re.compile(r"及以上|起步")),
    (Qualifier.AT_MOST, re.compile(r"及以下|以内|之内|封顶")),
    (Qualifier.MORE_THAN, re.compile(r"以上|之上|有余|余(?![额款地])|多(?![样种方渠元媒层维个次为数])")),
    (Qualifier.LESS_THAN, re.compile(r"以下|不到(?!位)")),
    (Qualifier.ABOUT, re.compile(r"左右|上下(?![联级游])")),
]
_LONGEST = 8

_INSIDE = {"余": Qualifier.MORE_THAN, "多": Qualifier.MORE_THAN, "几": Qualifier.MORE_THAN, "数": Qualifier.MORE_THAN,
           "来": Qualifier.ABOUT, "+": Qualifier.MORE_THAN}  # fmt: skip


def qualifier_of(text: str, start: int, end: int) -> Qualifier:
    """Return the qualifier of the quantity at ``text[start:end]``, in folded text.

    What stands inside (5500余条, 10万+) wins over what stands before (超过930家), and that over what follows
    (20条以上).

    >>> qualifier_of("惠及企业超过930家次", 6, 11).value
    'more_than'
    """
    for char in text[start:end]:
        if char in _INSIDE:
            return _INSIDE[char]
    before = text[max(0, start - _LONGEST) : start]
    for qualifier, pattern in _BEFORE_RE:
        if pattern.search(before):
            return qualifier
    if text[start] in "百千万亿" and before.endswith(("上", "过", "破")):  # 上百, 过万, 破亿
        return Qualifier.AT_LEAST if before.endswith("上") else Qualifier.MORE_THAN
    for qualifier, pattern in _AFTER_RE:
        if pattern.match(text, end):
            return qualifier
    return Qualifier.EXACT
