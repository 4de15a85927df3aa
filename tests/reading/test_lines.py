from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.reading.lines import Mark, group_lines, is_furniture, mark_of
from gxnlp.view import View


@pytest.mark.parametrize(
    ("line", "style", "number"),
    [
        ("一、总体情况", "chinese", 1),
        ("十二. 其他", "chinese", 12),
        ("二　、主动公开", "chinese", 2),
        ("第三部分　申请", "part", 3),
        ("（四）无法提供", "paren", 4),
        ("㈡部分公开", "paren", 2),
        ("1、总体情况", "arabic", 1),
        ("12．其他", "arabic", 12),
        ("⒊其他", "arabic", 3),
        ("IV. 其他", "roman", 4),
        ("（3）其他", "item", 3),
        ("②其他", "item", 2),
    ],
)
def test_marks(line: str, style: str, number: int) -> None:
    mark = mark_of(View(line).text)
    assert mark is not None
    assert (mark.style, mark.number) == (style, number)


@pytest.mark.parametrize(
    "line", ["1.8万条", "一是加强领导", "第二十条第（一）项", "（一）项规定", "2023年", "十九届二中全会", ""]
)
def test_what_is_no_mark(line: str) -> None:
    assert mark_of(View(line).text) is None


def test_mark_ends_before_the_title() -> None:
    assert mark_of("(三)不予公开") == Mark("paren", 3, 3)


@pytest.mark.parametrize(
    "line",
    [
        "- 4 -", "— 5 —", "第3页 共9页", "第3页", "3/9", "Page 3 of 9", "访问量:1", "浏览次数：328次", "打印",
        "【打印】", "发布时间：2023-01-10 来源：本局",
        "字体:大 中 小", "版权所有：某某市人民政府 地址：中山路1号", "京ICP备05012345号", "网站标识码：3700000001",
        "账号+密码登录", "还没有账号?", "当前位置：首页 > 年报", "首页 政务公开 政民互动", "来源：本局",
        "上一篇：通知", "———————", "|||",
    ],
)  # fmt: skip
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "12", "一、总体情况", "无。", "全年网站访问量达到12万次。", "主动公开政府信息35条", "0", "总计", "其他",
        "联系电话：0351-1234567", "政府网站公开政府信息数", "附件：统计表", "网站访问量共计328万次，比上年增长三成。",
    ],
)  # fmt: skip
def test_what_is_no_furniture(line: str) -> None:
    assert not is_furniture(line)


def _grouped(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{kind[0]}:{''.join(lines[first:last])}" for kind, first, last in group_lines(lines)]


def test_hard_wrapped_paragraph_is_one_block() -> None:
    wrapped = (
        "本局认真贯彻落实条例要求，坚持以公开为常态、不公开为例外\n"
        "的原则，全年主动公开政府信息三十五条，其中网站公开二十\n"
        "条，微信公开十五条。\n"
        "下一年继续做好工作。"
    )
    blocks = _grouped(wrapped)
    assert blocks[0].endswith("微信公开十五条。")
    assert blocks[1] == "p:下一年继续做好工作。"


def test_sentence_runs_on_over_a_page_break() -> None:
    blocks = _grouped(
        "全局上下共同努力，着力推进政府信息公开工作，对涉及群众利益的政务信\n\n息公开工作做到应公开尽公开。"
    )
    assert len(blocks) == 1


def test_page_number_between_the_halves_of_a_sentence() -> None:
    kinds = [
        kind
        for kind, *_ in group_lines(
            ["着力推进政府信息公开工作，对涉及群众利益的政务信", "3", "息公开工作做到应公开尽公开，不留死角。"]
        )
    ]
    assert kinds == ["paragraph", "furniture", "paragraph"]


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n2023年，本局主动公开信息十二条。",
        "（二）加强协作，提升质量\n本局坚持应公开尽公开。",
        "一是加强领导，明确责任\n（三）完善制度",
        "某某县水利局\n2023年政府信息公开工作年度报告\n根据条例要求，编制本报告。",
        "联系地址：中山路1号，政务大楼\n联系电话：1234567",
        "主动公开：\n● 网站十二条，微信三条，\n● 公报一条",
        "信息内容，数量\t3\n行政许可\t4",
    ],
)
def test_lines_that_stay_apart(text: str) -> None:
    assert len(_grouped(text)) == len(text.split("\n"))


def test_heading_broken_before_its_end() -> None:
    assert _grouped("四、因政府信息公开工作被申请行政复议、提起行政诉\n讼情况\n无。") == [
        "p:四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "p:无。",
    ]


def test_numbers_set_apart_in_a_sentence() -> None:
    assert _grouped(
        "本区到年底累计公开政府信息\n528\n条,电子化率达\n90.3%\n,其中网站公开120条。\n规章\n0\n行政许可\n3\n件"
    ) == [
        "p:本区到年底累计公开政府信息528条,电子化率达90.3%,其中网站公开120条。",
        *("p:规章", "p:0", "p:行政许可", "p:3", "p:件"),
    ]


@given(st.lists(st.text(alphabet="一二、。，（）公开12 -|\t年度页第", max_size=30), max_size=12))
def test_groups_are_disjoint_and_lose_no_line(lines: list[str]) -> None:
    groups = group_lines(lines)
    covered = [i for _, first, last in groups for i in range(first, last)]
    assert covered == sorted(set(covered))
    assert all(i in covered for i, line in enumerate(lines) if View(line).text.strip())
    assert all(lines[first].strip() and lines[last - 1].strip() for _, first, last in groups)
