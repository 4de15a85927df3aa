from decimal import Decimal

import pytest
from chinese_numbers import in_chinese
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.figures.numerals import parse_number

FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
TRADITIONAL = str.maketrans("万亿两", "萬億兩")


@given(st.integers(0, 10**15))
def test_arabic_round_trip(number: int) -> None:
    for written in (str(number), f"{number:,}", f"{number:,}".translate(FULL_WIDTH)):
        assert parse_number(written) == number


@given(st.decimals(0, 10**12, places=4))
def test_decimals_are_exact(number: Decimal) -> None:
    for written in (f"{number:f}", f"{number:,f}", f"{number:f}".translate(FULL_WIDTH)):
        assert parse_number(written) == number


@given(st.integers(0, 10**15), st.booleans())
def test_chinese_round_trip(number: int, couple: bool) -> None:
    written = in_chinese(number, couple=couple)
    for form in (written, written.translate(TRADITIONAL), written.translate(FORMAL)):
        assert parse_number(form) == number


@given(st.text("〇一二三四五六七八九", min_size=3, max_size=12))
def test_chinese_by_place_round_trip(written: str) -> None:
    assert parse_number(written) == int("".join(str("〇一二三四五六七八九".index(char)) for char in written))


@given(
    st.decimals("0.01", 9999, places=2), st.sampled_from([("千", 3), ("万", 4), ("百万", 6), ("亿", 8), ("万亿", 12)])
)
def test_mixed_round_trip(number: Decimal, multiplier: tuple[str, int]) -> None:
    name, exponent = multiplier
    expected = number * 10**exponent
    for written in (f"{number}{name}", f"{number}{name}余", f"{number:,} {name}"):
        assert parse_number(written) == expected


@given(st.integers(1, 9999), st.integers(1, 9))
def test_spoken_ends(number: int, digit: int) -> None:
    """两千三 is 2300: a last digit right after 百, 千 or 万 counts the next lower multiplier."""
    assert parse_number(f"{in_chinese(number)}万{in_chinese(digit)}") == number * 10**4 + digit * 1000
    assert parse_number(f"{in_chinese(number)}万零{in_chinese(digit)}") == number * 10**4 + digit


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十", "10"),
        ("十五", "15"),
        ("廿三", "23"),
        ("卅", "30"),
        ("一百零五", "105"),
        ("一百五", "150"),
        ("两百", "200"),
        ("百万", "1000000"),
        ("一千零一十", "1010"),
        ("二十万零五", "200005"),
        ("三点五", "3.5"),
        ("三点五万", "35000"),
        ("九十九点九八", "99.98"),
        ("零点五万", "5000"),
        ("零点八", "0.8"),
        ("3亿5000万", "350000000"),
        ("1万2345", "12345"),
        ("300余万", "3000000"),
        ("十余万", "100000"),
        ("4万多亿", "4000000000000"),
        ("几十", "10"),
        ("数百", "100"),
        ("二〇二一", "2021"),
        ("二○二一", "2021"),
        ("半", "0.5"),
        ("00", "0"),
        ("16.4亿", "1640000000"),
        ("1 942", "1942"),
    ],
)
def test_values(written: str, value: str) -> None:
    assert parse_number(written) == Decimal(value)


def test_value_is_exact_whatever_its_length() -> None:
    whole, fraction = "9" * 60, "7" * 40
    assert str(parse_number(f"{whole}.{fraction}")) == f"{whole}.{fraction}"
    assert str(parse_number(f"{whole}.{fraction}亿")) == f"{whole}{fraction[:8]}.{fraction[8:]}"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "条",
        "两三",
        "三五",
        "七八",
        "万千百",
        "一二百",
        "百千",
        "零十",
        "十零",
        "一万一亿一亿",
        "三点",
        "点五",
        "1e5",
        "1.2.3",
        "1,23",
        "余",
        "-5",
    ],
)
def test_what_is_no_numeral_raises(written: str) -> None:
    with pytest.raises(ValueError, match="is not a numeral"):
        parse_number(written)


@given(st.text("零一二两三四五六七八九十百千万亿点余多几廿0123456789.,，", max_size=12))
def test_any_string_gives_a_number_or_a_value_error(text: str) -> None:
    try:
        value = parse_number(text)
    except ValueError:
        return
    assert value.is_finite()
    assert value >= 0
