from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.figures.sentences import join_soft_breaks, split_sentences

WRAPPED = (
    "本年度我局通过门户网站主动公开各类政府信\n息共计312条，其中政策文件24件，工作动\n态288条。\n"
    "（二）依申请公开\n收到申请3件。"
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("收到3件。办结2件！是否属实？是", ["收到3件。", "办结2件！", "是否属实？", "是"]),
        ("占比22.43%；其余略。", ["占比22.43%；其余略。"]),
        ("他说：“已经公开。”随后离开。", ["他说：“已经公开。”", "随后离开。"]),
        ("（详见附件。）无", ["（详见附件。）", "无"]),
        ("公布信息。。无。", ["公布信息。。", "无。"]),
        ("增长3。5个百分点。", ["增长3。5个百分点。"]),
        ("一、总体情况\n2021年收到3件", ["一、总体情况", "2021年收到3件"]),
        ("  前。  \r\n\r\n\u3000\u3000后。 ", ["前。", "后。"]),
        ("", []),
        (" \n\u3000\n", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_broken_lines_join() -> None:
    assert [s.replace("\n", "") for s in sentences(WRAPPED)] == [
        "本年度我局通过门户网站主动公开各类政府信息共计312条，其中政策文件24件，工作动态288条。",
        "（二）依申请公开",
        "收到申请3件。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "一、本年度政府信息公开工作的总体情况\n二、主动公开政府信息的情况以及其他有关情况",
        "规范性文件\n7\n0\n9\n",
        "本年新收政府信息公开申请数量 5\n上年结转政府信息公开申请数量 0\n",
        "名称\t本年制发件数\t本年废止件数\t现行\n规范性文件\t7\t0\t9\t现行有效件",
        "总体情况\n" + "全年信息公开工作平稳有序推进" * 20,
        "本年度我局通过门户网站主动公开各类政府信\n\n息共计312条",
    ],
)
def test_other_breaks_stay(text: str) -> None:
    assert join_soft_breaks(text) == text


@given(st.text("公开信息12条一、（）。！？；”\n\r\u3000 .|\t万", max_size=80))
def test_spans_are_in_order_trimmed_and_complete(text: str) -> None:
    spans = split_sentences(text)
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert len(join_soft_breaks(text)) == len(text)
