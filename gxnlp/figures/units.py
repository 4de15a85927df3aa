"""Measure words: which characters after a numeral are its unit, and which make it no quantity at all.

The words are data (``units.toml``); this module turns them into patterns over folded text.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("gxnlp.figures").joinpath("units.toml").read_text("utf-8"))


def _longest_first(words: dict[str, str]) -> str:
    """Group patterns, keyed by the bare word, so that a longer word is tried before its beginning."""
    return f"(?:{'|'.join(words[word] for word in sorted(words, key=len, reverse=True))})"


@cache
def unit_pattern() -> str:
    """Return a pattern for one measure word, tried right after a numeral."""
    occurrences = _data()["occurrences"]["measures"]
    words: dict[str, str] = {}
    for word, nouns in _data()["measures"].items():
        words[word] = re.escape(word) + (f"(?!{'|'.join(nouns)})" if nouns else "")
        if word in occurrences:
            words[word + "次"] = rf"{word}(?:[/·]?次(?![序要数])|\(次\))"
    # 分 is a score at the end of a clause; elsewhere it begins a word (分别, 分类, 分钟).
    words["分"] = r"分(?=[,。;、!?)”\n]|以上|$)"
    return _longest_first(words)


@cache
def barred_pattern() -> str:
    """Return a pattern for what follows a numeral that is no count: 年, 日, 号, 工作日."""
    return _longest_first({word: word for word in _data()["barred"]["words"]})


def canonical_unit(word: str) -> str:
    """Return the bare measure word for a unit as found: brackets and marks between off, spellings made one.

    >>> canonical_unit("人(次)"), canonical_unit("人/次"), canonical_unit("个百分点")
    ('人次', '人次', '百分点')
    """
    bare = re.sub("[()/·]", "", word)
    canonical: dict[str, str] = _data()["canonical"]
    return canonical.get(bare, bare)
