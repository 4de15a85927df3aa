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
_ALONE = {"半": Decimal("0.5"), **{form: Decimal(value) for form, value in _DIGITS.items()}}
_TENS = {"廿": "二十", "卅": "三十"}

DIGIT_CHARS = "零〇○一二三四五六七八九两"
NUMERAL_CHARS = DIGIT_CHARS + "十廿卅百千万亿"
"""The Chinese numerals of running text; the formal ones (伍, 陆) are left out, since they are common in names."""

ARABIC = r"(?:(?<!分别)(?<!分别[为是达有])(?<!\d,)\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
"""Digits with optional thousands separators and decimals; ``分别为120,130`` is two numbers."""

# 千瓦, 千米 and the like are units of their own; 万 before them is still a multiplier.
_MULTIPLIER = r"(?:[十百千]?[万亿]{1,2}|[十百千](?![瓦米克伏卡升焦赫]))"
MIXED = rf"{ARABIC}(?:[余多几]?{_MULTIPLIER}(?:[余多][万亿])?(?:{ARABIC}{_MULTIPLIER})*(?:(?<=万)\d{{4}}(?![\d年.]))?)?"
"""An Arabic numeral with or without multipliers: ``12``, ``1.5亿``, ``300余万``, ``3亿5000万``, ``4万多亿``."""

CHINESE = (
    rf"(?:[几数][十百千]?[万亿]|[几数][十百千]|"
    rf"[{NUMERAL_CHARS}]+(?:点[{DIGIT_CHARS}]+[万亿]?(?![十百千分半]))?(?:[余多几][万亿]+)?)"
)
"""A run of Chinese numerals; ``parse_number`` decides whether it is a number at all."""

_TOKEN = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|.", re.DOTALL | re.ASCII)
# Two digits side by side (两三, 三五) mean "about", so that a number by place has three or a nought.
_BY_PLACE = re.compile(
    rf"[{DIGIT_CHARS}]{{3,}}|[{DIGIT_CHARS}][零〇○]|[零〇○][{DIGIT_CHARS}]|[{DIGIT_CHARS}]+点[{DIGIT_CHARS}]+"
)
_LONG = 20
"""Shorter runs of digits are read straight away, exact in any context."""
_ROUND = re.compile(r"(?<=[\d十拾百佰千仟万亿])[余多几来]|^[几数](?=[十百千万亿])")


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
    if numeral in _ALONE:
        return _ALONE[numeral]
    if len(numeral) < _LONG and numeral.isascii() and numeral.isdigit():
        return Decimal(numeral)
    numeral = _ROUND.sub("", numeral)
    if numeral in _ALONE:
        return _ALONE[numeral]
    with localcontext() as context:
        context.prec = len(numeral) + 40
        if _BY_PLACE.fullmatch(numeral):
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
        yield evaluate(whole) + Decimal(f"0.{digits}")
        numeral = rest[fraction.end() :]
        if numeral.strip("万亿"):
            raise ValueError("digits after the multiplier of a decimal")
    for match in _TOKEN.finditer(numeral):
        piece = match.group()
        if piece[0].isascii() and piece[0].isdigit():
            yield Decimal(piece.replace(",", ""))
        elif piece in _DIGIT_FORMS[0]:
            yield "0"
        elif piece in _DIGITS:
            yield Decimal(_DIGITS[piece])
        elif piece in _SMALL or piece in _LARGE:
            yield _SMALL.get(piece) or _LARGE[piece]
        else:
            raise ValueError(f"unexpected {piece!r}")


def _sum(tokens: list[Decimal | int | str], *, first: bool = True) -> Decimal:
    """Add up numbers and multipliers, split at the greatest multiplier: what stands before it times it, and the rest.

    Args:
        tokens: What ``_tokens`` yields.
        first: Whether the numeral begins here; only there 万 alone is 10000.
    """
    size = max((token for token in tokens if isinstance(token, int)), default=0)
    if not size:
        if len(tokens) == 1 and isinstance(tokens[0], Decimal):
            return tokens[0]
        raise ValueError("numbers without a multiplier between them")
    place = len(tokens) - 1 - tokens[::-1].index(size)
    before, after = tokens[:place], tokens[place + 1 :]
    misplaced = not first and size > 10 if not before else size in before
    if misplaced or (size < 10**4 and before and not (len(before) == 1 and isinstance(before[0], Decimal))):
        raise ValueError("a multiplier out of place")
    value = (_sum(before, first=first) if before else Decimal(1)) * size
    if not after:
        return value
    if after[0] == "0":
        rest = _sum(after[1:], first=False)
    else:
        rest = _sum(after, first=False)
        if size > 10 and len(after) == 1 and rest < 10:
            rest *= size // 10  # 一百五 is 150, 两万三 is 23000; 一百零五 and 十五 are what they seem
    if rest >= size:
        raise ValueError("a part must be less than the multiplier before it")
    return value + rest


def _plain(value: Decimal) -> Decimal:
    """Drop an exponent and the zeros after the point, keeping the value."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == value else value.normalize()
