"""Titles as they are compared, values as they are read, and what a cell's text is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.forms.lexicon import classify, split_cell
from gxnlp.forms.titles import likeness, title_key
from gxnlp.forms.values import base_unit, is_page_mark, read_value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（三）不予公开", "(三) 不予 公开"),
        ("1.属于国家秘密", "1、属于国家秘密"),
        ("3.危及“三安全一稳定”", '3．危及"三安全一稳定"'),
        ("本列数据的勾稽关系为", "本列数据的钩稽关系为"),
        ("结果维持", "结 果\n维　持"),
        ("行政许可", "行政許可"),
        ("其他结果", "其它结果"),
    ],
)
def test_one_title_in_two_spellings_has_one_key(one: str, other: str) -> None:
    assert title_key(one).short == title_key(other).short
    assert title_key(one).number == title_key(other).number


def test_what_stands_in_brackets_may_be_missing() -> None:
    assert (
        title_key("（二）部分公开（区分处理的，只计这一情形，不计其他情形）").short == title_key("(二)部分公开").short
    )
    assert title_key("二、上年结转").headed
    assert not title_key("（二）部分公开").headed


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_a_number_between_nothing_and_one(one: str, other: str) -> None:
    assert likeness(one, one) == 1.0
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0", "0", ""),
        ("１，２３４", "1234", ""),
        ("1,234,567", "1234567", ""),
        ("12件", "12", "件"),
        ("12 件", "12", "件"),
        ("3.50", "3.50", ""),
        ("7832万元", "7832", "万元"),
        ("-2", "-2", ""),
        ("+3", "3", ""),
        ("减2", "-2", ""),
        ("增加 4", "4", ""),
        ("零", "0", ""),
    ],
)
def test_numbers(text: str, number: str, unit: str) -> None:
    value = read_value(text)
    assert value is not None
    assert value.number == Decimal(number)
    assert value.unit == unit


@pytest.mark.parametrize("text", ["/", "／", "-", "—", "——", "不适用", "无", "N/A"])
def test_marks_for_none_are_no_numbers(text: str) -> None:
    value = read_value(text)
    assert value is not None
    assert value.kind == "mark"
    assert value.amount("件") is None


@pytest.mark.parametrize("text", ["行政许可", "约5", "3+2", "1,23", "2021年", "1.2.3", "五十万", "- 4 -"])
def test_anything_else_is_no_value(text: str) -> None:
    assert read_value(text) is None


@given(st.integers(0, 10**12), st.sampled_from(["", "件", "条", "万元"]))
def test_every_number_comes_back_exactly(number: int, unit: str) -> None:
    value = read_value(f"{number:,}{unit}")
    assert value is not None
    assert value.amount("件") == number * (10_000 if unit == "万元" else 1)


def test_units_of_money() -> None:
    assert base_unit("万元") == "元"
    assert base_unit("件") == "件"
    assert read_value("1.5").amount("亿元") == Decimal("150000000")  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["- 4 -", "— 12 —", "－ 3 －", "第 4 页", "第4页共12页", "-第4页-"])
def test_page_marks(text: str) -> None:
    assert is_page_mark(text)
    assert classify(text)[0] == "page"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("规章 0 0 1", ["规章", "0", "0", "1"]),
        ("行政许可 12 件", ["行政许可", "12 件"]),
        ("第二十条第（八）项- 4 -", ["第二十条第（八）项", "- 4 -"]),
        ("行政强制0", ["行政强制", "0"]),
        ("商业企业 科研机构 其他", ["商业企业", "科研机构", "其他"]),
        ("结 果 维 持", ["结 果 维 持"]),
        ("社会公益 法律服务 其他", ["社会公益", "法律服务", "其他"]),
        ("全年召开会议 3", ["全年召开会议 3"]),
        ("- 4 -", ["- 4 -"]),
    ],
)
def test_cells_that_hold_more_than_one_thing(text: str, parts: list[str]) -> None:
    found = list(split_cell(text))
    assert [t.strip() for t, _ in found] == parts
    assert all(text[start : start + len(t)] == t for t, start in found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("二、主动公开政府信息情况", "other"),
        ("五、存在的主要问题及改进情况", "other"),
        ("一、本年新收政府信息公开申请数量", "title"),
        ("一、本年新收政", "piece"),
        ("三、本", "piece"),
        ("青禾市2022年政府信息公开工作年度报告", "page"),
        ("万元", "unit"),
        ("------", "value"),
        ("全区共受理申请107件，办结103件。", "other"),
    ],
)
def test_what_a_text_is(text: str, kind: str) -> None:
    assert classify(text)[0] == kind
