"""Numerals: what they look like and what they are worth, exactly.

The patterns say what a numeral looks like in folded text (see ``gxnlp.view``: half-width digits, Simplified
characters); ``parse_number`` says what it is worth, and folds what it is given itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext

from gxnlp.view import View

_DIGIT_FORMS = ("零〇○", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {form: value for value, forms in enumerate(_DIGIT_FORMS) for form in forms}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_TENS = {"廿": "二十", "卅": "三十"}

DIGIT_CHARS = "零〇○一二三四五六七八九两"
NUMERAL_CHARS = DIGIT_CHARS + "十廿卅百千万亿"
"""The Chinese numerals of running text; the formal ones (伍, 陆) are left out, since they are common in names."""

ARABIC = r"(?:(?<!分别)(?<!分别[为是达有])\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
"""Digits with optional thousands separators and decimals; ``分别为120,130`` is two numbers."""

# 千瓦, 千米 and the like are units of their own; 万 before them is still a multiplier.
_MULTIPLIER = r"(?:[十百千]?[万亿]{1,2}|[十百千](?![瓦米克伏卡升焦赫]))"
MIXED = rf"{ARABIC}(?:[余多几]?{_MULTIPLIER}(?:{ARABIC}{_MULTIPLIER})*(?:(?<=万)\d{{4}}(?![\d年.]))?)?"
"""An Arabic numeral with or without multipliers: ``12``, ``1.5亿``, ``300余万``, ``3亿5000万``."""

CHINESE = (
    rf"(?:[几数][十百千]?[万亿]|[几数][十百千]|"
    rf"[{NUMERAL_CHARS}]+(?:点[{DIGIT_CHARS}]+[万亿]?(?![十百千分半]))?(?:[余多几][万亿]+)?)"
)
"""A run of Chinese numerals; ``parse_number`` decides whether it is a number at all."""

_TOKEN = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|.", re.DOTALL)
_BY_PLACE = re.compile(rf"[{DIGIT_CHARS}]{{2,}}|[{DIGIT_CHARS}]+点[{DIGIT_CHARS}]+")
_ROUND = re.compile(r"(?<=[\d十拾百佰千仟万亿])[余多几来]|^[几数](?=[十百千万亿])")
_NEIGHBOURS = re.compile(r"一二|二三|两三|三四|四五|五六|六七|七八|八九")


def parse_number(text: str) -> Decimal:
    """Return the exact value of a numeral.

    Full-width digits, thousands separators (half- and full-width), decimals, Chinese numerals (by place or with
    multipliers), Arabic numerals with 十百千万亿, formal numerals (壹贰叁) and Traditional forms are read. A mark of a
    round number inside (余, 多, 几) is passed over.

    Raises:
        ValueError: When the text is not a numeral, or one of no certain value (``两三``).

    >>> parse_number("1,942,262"), parse_number("1.5亿"), parse_number("3万余")
    (Decimal('1942262'), Decimal('150000000'), Decimal('30000'))
    >>> parse_number("一百零五"), parse_number("二〇二一"), parse_number("两千三")
    (Decimal('105'), Decimal('2021'), Decimal('2300'))
    """
    folded = View(text).text.replace(" ", "")
    try:
        return evaluate(folded)
    except ValueError:
        raise ValueError(f"{text!r} is not a numeral") from None


def evaluate(numeral: str) -> Decimal:
    """Return the value of a numeral in folded text without blanks; raise ValueError as ``parse_number`` does."""
    numeral = _ROUND.sub("", numeral)
    if not numeral or numeral == "半":
        if numeral:
            return Decimal("0.5")
        raise ValueError("empty")
    with localcontext() as context:
        context.prec = len(numeral) + 40
        if _BY_PLACE.fullmatch(numeral):
            if _NEIGHBOURS.fullmatch(numeral):
                raise ValueError("two neighbouring digits say about how many")
            return Decimal("".join("." if char == "点" else str(_DIGITS[char]) for char in numeral))
        return _plain(_sum(list(_tokens(numeral))))


def _tokens(numeral: str) -> Iterator[Decimal | int | str]:
    """Yield numbers as Decimal, multipliers as int and the filler 零 as str."""
    for tens, spelt in _TENS.items():
        numeral = numeral.replace(tens, spelt)
    whole, point, rest = numeral.partition("点")
    if point:
        # 三点五万: the digits before and after the point are one number, what follows multiplies it.
        fraction = re.match(rf"[{DIGIT_CHARS}]+", rest)
        if not fraction:
            raise ValueError("no digits after the point")
        digits = "".join(str(_DIGITS[char]) for char in fraction.group())
        yield _sum(list(_tokens(whole))) + Decimal(f"0.{digits}")
        numeral = rest[fraction.end() :]
        if numeral.strip("万亿"):
            raise ValueError("digits after the multiplier of a decimal")
    for match in _TOKEN.finditer(numeral):
        piece = match.group()
        if "0" <= piece[0] <= "9":
            yield Decimal(piece.replace(",", ""))
        elif piece in _DIGIT_FORMS[0]:
            yield "0"
        elif piece in _DIGITS:
            yield Decimal(_DIGITS[piece])
        elif piece in _SMALL or piece in _LARGE:
            yield _SMALL.get(piece) or _LARGE[piece]
        else:
            raise ValueError(f"unexpected {piece!r}")


def _sum(tokens: list[Decimal | int | str]) -> Decimal:
    """Add up numbers and multipliers: 一 千 二 百 万 is (1×1000 + 2×100) × 10000."""
    if tokens == ["0"]:
        return Decimal(0)
    total = section = Decimal(0)  # what 万 and 亿 have closed; what stands before the next of them
    number: Decimal | None = None
    last_small = last_large = 10**20
    previous: Decimal | int | str = ""
    for token in tokens:
        if isinstance(token, str):
            if number is not None or previous in ("", "0"):
                raise ValueError("a filler zero out of place")
        elif isinstance(token, Decimal):
            if number is not None:
                raise ValueError("two numbers without a multiplier between them")
            number = token
        elif token < 10**4:
            if token >= last_small:
                raise ValueError("multipliers must fall")
            section += (Decimal(1) if number is None else number) * token
            number, last_small = None, token
        else:
            if number is not None:
                section, number = section + number, None
            if not section and isinstance(previous, int) and previous >= 10**4 and token > previous:
                total *= token  # 万亿
            elif token >= last_large:
                raise ValueError("multipliers must fall")
            else:
                total += (section or Decimal(1)) * token
            section, last_small, last_large = Decimal(0), 10**20, token
        previous = token
    if isinstance(previous, str):
        raise ValueError("ends in a filler zero")
    if number is not None:
        # 一百五 is 150 and 两万三 is 23000; 一百零五 and 十五 are what they seem.
        step = tokens[-2] if len(tokens) > 1 else None
        colloquial = isinstance(step, int) and step >= 100 and number < 10
        section += number * (Decimal(step) / 10) if colloquial and isinstance(step, int) else number
    return total + section


def _plain(value: Decimal) -> Decimal:
    """Drop an exponent and the zeros after the point, keeping the value."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == value else value.normalize()
