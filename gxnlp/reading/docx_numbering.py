"""Automatic numbers of Word paragraphs (一、 （一） 1.), which the file holds as rules and not as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gxnlp.reading.docx_package import attribute, child_of, children, integer, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element

_DIGITS = "〇一二三四五六七八九"


def chinese_number(value: int) -> str:
    """Write a count from 1 to 999 in Chinese, as Word does.

    >>> [chinese_number(n) for n in (1, 10, 12, 20, 105, 110)]
    ['一', '十', '十二', '二十', '一百〇五', '一百一十']
    """
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "〇"
    return text + (_DIGITS[ones] if ones else "") or _DIGITS[0]


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    text = ""
    for worth, letters in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")):
        count, value = divmod(value, worth)
        text += letters * count
    return text + "i" * value


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)]


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02d}".format,
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": lambda value: chr(0x245F + value) if value <= 20 else f"({value})",
    "decimalEnclosedCircleChinese": lambda value: chr(0x245F + value) if value <= 20 else f"({value})",
    "decimalEnclosedParen": "({})".format,
    "decimalEnclosedFullstop": "{}.".format,
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "japaneseCounting": chinese_number,
    "taiwaneseCounting": chinese_number,
    "taiwaneseCountingThousand": chinese_number,
    "ideographDigital": lambda value: "".join(_DIGITS[int(digit)] for digit in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(_DIGITS[int(digit)] for digit in str(value)),
    "chineseLegalSimplified": lambda value: chinese_number(value).translate(
        str.maketrans("〇一二三四五六七八九十百", "零壹贰叁肆伍陆柒捌玖拾佰")
    ),
    "ideographEnclosedCircle": _cycle("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: where it starts, how its number is written, and the text around it (``（%1）``)."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a file and how far each has counted.

    Attributes:
        levels: By abstract list, its levels from 0 on.
        lists: By list id, its abstract list.
        overrides: By list id and level, the number that this list starts anew from.
    """

    levels: Mapping[str, Mapping[int, Level]]
    lists: Mapping[str, str]
    overrides: Mapping[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def next(self, list_id: str, level: int) -> str:
        """Count a paragraph of a list and return its number as printed; empty for bullets and unknown lists.

        >>> numbering = Numbering({"a": {0: Level(1, "chineseCounting", "%1、")}}, {"7": "a"})
        >>> numbering.next("7", 0), numbering.next("7", 0), numbering.next("8", 0)
        ('一、', '二、', '')
        """
        abstract = self.lists.get(list_id)
        levels = self.levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for (other, at), start in self.overrides.items():
                if other == list_id:
                    counts[at] = start - 1
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        shown = levels[level]
        if shown.format in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            rule = levels.get(at, Level())
            write = _FORMATS.get("decimal" if shown.legal else rule.format, str)
            return write(max(counts.get(at, rule.start), 0))

        return re.sub(r"%([1-9])", number, shown.text)


def read_numbering(part: _Element | None) -> Numbering:
    """Return the lists that the numbering part of a DOCX file defines; none without one."""
    levels: dict[str, dict[int, Level]] = {}
    by_style: dict[str, str] = {}
    links: dict[str, str] = {}
    for abstract in children(part, "abstractNum"):
        key = attribute(abstract, "abstractNumId") or ""
        levels[key] = {
            integer(attribute(level, "ilvl"), 0): Level(
                integer(attribute(child_of(level, "start")), 1),
                attribute(child_of(level, "numFmt")) or "decimal",
                attribute(child_of(level, "lvlText")) or "",
                is_on(child_of(level, "isLgl")),
            )
            for level in children(abstract, "lvl")
        }
        if style := attribute(child_of(abstract, "styleLink")):
            by_style[style] = key
        if style := attribute(child_of(abstract, "numStyleLink")):
            links[key] = style
    for key, style in links.items():
        levels[key] = levels.get(by_style.get(style, ""), {})
    lists: dict[str, str] = {}
    overrides: dict[tuple[str, int], int] = {}
    for item in children(part, "num"):
        list_id = attribute(item, "numId") or ""
        lists[list_id] = attribute(child_of(item, "abstractNumId")) or ""
        for override in children(item, "lvlOverride"):
            start = attribute(child_of(override, "startOverride"))
            if start is not None:
                overrides[list_id, integer(attribute(override, "ilvl"), 0)] = integer(start, 1)
    return Numbering(levels, lists, overrides)
