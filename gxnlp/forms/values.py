"""What stands in a cell of a form: a number, a mark for none, or nothing; numbers are exact and in base units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from gxnlp.view import View

UNITS = (
    *("人次", "篇次", "家次", "万元", "亿元", "千元", "元"),
    *"件条次篇个人项份场家期部起宗名处户",
)
FACTORS = {"千元": 1000, "万元": 10_000, "亿元": 100_000_000}

_UNIT = "|".join(UNITS)
_NUMBER = re.compile(
    r"(?P<sign>[+-]|增加?|减少?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+|零)(?P<point>\.\d+)?"
    rf"(?:[(]?(?P<unit>{_UNIT})[)]?)?"
)
_MARKS = frozenset(["/", "//", "\\", "无", "暂无", "不适用", "N/A", "NA", "n/a", "*", "空", "无此项", "不涉及"])
_PAGE = re.compile(r"-+\d{1,3}-+|-?第\d{1,3}页(?:,?[/共]*\d{1,3}页)?-?|\d{1,3}/\d{1,3}页?|·\d{1,3}·")


@dataclass(frozen=True, slots=True)
class Value:
    """A cell's content.

    Attributes:
        kind: ``number``, ``mark`` (a mark for none) or ``blank``.
        number: The number as written, before its own unit's factor; None but for numbers.
        unit: The unit that is written with the number, empty where there is none.
    """

    kind: Literal["number", "mark", "blank"]
    number: Decimal | None = None
    unit: str = ""

    def amount(self, unit: str) -> Decimal | None:
        """Return the number in base units (元 for money) where the form counts in ``unit``.

        >>> read_value("1.5").amount("万元"), read_value("300元").amount("万元")
        (Decimal('15000.0'), Decimal('300'))
        """
        if self.number is None:
            return None
        return self.number * FACTORS.get(self.unit or unit, 1)


BLANK = Value("blank")
_MARK = Value("mark")


def base_unit(unit: str) -> str:
    """Return the unit in which the record counts: 元 for 万元, any other unit as it is."""
    return "元" if unit in FACTORS else unit


@lru_cache(maxsize=8192)
def read_value(text: str) -> Value | None:
    """Read the text of a cell as a value; None where it is anything else.

    >>> read_value("１，２３４ 件").number, read_value(" — ").kind, read_value("行政许可")
    (Decimal('1234'), 'mark', None)
    """
    folded = View(text).text.strip()
    if not folded:
        return BLANK
    if folded in _MARKS or set(folded) == {"-"}:
        return _MARK
    match = _NUMBER.fullmatch(folded)
    if match is None:
        return None
    digits = match["digits"].replace(",", "").replace("零", "0")
    number = Decimal(digits + (match["point"] or ""))
    sign = match["sign"] or "+"
    return Value("number", -number if sign[0] in "-减" else number, match["unit"] or "")


@lru_cache(maxsize=2048)
def is_page_mark(text: str) -> bool:
    """Whether a text is a page number that is written as one.

    >>> is_page_mark("— 4 —"), is_page_mark("第 4 页"), is_page_mark("4")
    (True, True, False)
    """
    return _PAGE.fullmatch(View(text).text.replace(" ", "")) is not None


def unit_of(text: str) -> str:
    """Return the unit of the forms that a text is, empty where it is anything else.

    >>> unit_of("（萬元）"), unit_of("行政许可")
    ('万元', '')
    """
    folded = View(text).text.strip("() ")
    return folded if folded in UNITS else ""


_MONEY = re.compile("亿元|万元|千元|元")


@lru_cache(maxsize=4096)  # the same titles come up in every report
def money_unit(title: str) -> str:
    """Return the unit of money that a title gives, empty where it gives none.

    >>> money_unit("本年收费金额（单位：萬元）"), money_unit("处理决定数量")
    ('万元', '')
    """
    match = _MONEY.search(View(title).text.replace(" ", ""))
    return match.group() if match else ""
