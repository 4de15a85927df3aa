from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.document import Document
from gxnlp.reading import read_text
from gxnlp.reading.section_titles import kind_of_title

Checked = Callable[[Document], Document]


def _kinds(text: str, checked: Checked) -> list[str]:
    return [section.kind for section in checked(read_text(text, format="txt")).sections]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("总体情况", "overview"),
        ("概述", "overview"),
        ("政府信息公开工作总体情况", "overview"),
        ("基本情况", "overview"),
        ("主动公开政府信息情况", "disclosure"),
        ("行政机关主动公开政府信息情况", "disclosure"),
        ("主动公开政府信息的情况", "disclosure"),
        ("主动公开、依申请公开情况", "disclosure"),
        ("收到和处理政府信息公开申请情况", "requests"),
        ("行政机关收到和处理政府信息公开申请情况", "requests"),
        ("依申请公开政府信息办理情况", "requests"),
        ("政府信息依申请公开情况", "requests"),
        ("因政府信息公开工作被申请行政复议、提起行政诉讼情况", "reviews"),
        ("政府信息公开行政复议、行政诉讼情况", "reviews"),
        ("因政府信息公开申请行政复议、提起行政诉讼的情况", "reviews"),
        ("存在的主要问题及改进情况", "problems"),
        ("主要问题和改进措施", "problems"),
        ("政府信息公开工作存在的不足及下一步打算", "problems"),
        ("下步打算", "problems"),
        ("其他需要报告的事项", "other"),
        ("需要说明的其他事项", "other"),
        ("其他需要说明的问题", "other"),
        ("政府信息公开的收费及减免情况", "fees"),
        ("依申请公开政府信息收费情况", "fees"),
        ("信息处理费收取情况", "fees"),
        ("附表", "statistics"),
        ("附件:主动公开政府信息情况", "statistics"),
        ("政府信息公开情况统计表", "statistics"),
        ("主动公开政府信息情况统计表", "statistics"),
    ],
)
def test_what_titles_speak_of(title: str, kind: str) -> None:
    assert kind_of_title(title) == kind


STANDARD = """某某县水利局2023年政府信息公开工作年度报告
根据《中华人民共和国政府信息公开条例》要求，编制本报告。报告包括总体情况、主动公开政府信息情况、其他需要报告的事项。
一、总体情况
（一）主动公开情况
全年主动公开政府信息35条。
（二）依申请公开情况
收到申请2件。
二、主动公开政府信息情况
制发规范性文件1件。
三、收到和处理政府信息公开申请情况
收到2件，办结2件。
四、因政府信息公开工作被申请行政复议、提起行政诉讼情况
没有行政复议、行政诉讼。
五、存在的主要问题及改进情况
一是公开不够及时，二是形式单一。
六、其他需要报告的事项
无。
"""
STANDARD_KINDS = ["preamble", "overview", "disclosure", "requests", "reviews", "problems", "other"]


def test_standard_report(checked: Checked) -> None:
    document = checked(read_text(STANDARD))
    assert [section.kind for section in document.sections] == STANDARD_KINDS
    assert document.sections[1].title == "一、总体情况"
    assert document.title == "某某县水利局2023年政府信息公开工作年度报告"
    headings = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading"]
    assert "（一）主动公开情况" in headings
    assert len(headings) == 9


@pytest.mark.parametrize(
    "marks",
    [
        ["一. ", "二. ", "三. ", "四. ", "五. ", "六. "],
        ["1、", "2、", "3、", "4、", "5、", "6、"],
        ["1．", "2．", "3．", "4．", "5．", "6．"],
        ["第一部分 ", "第二部分 ", "第三部分 ", "第四部分 ", "第五部分 ", "第六部分 "],
        ["一", "二", "三", "四", "五", "六"],
        ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）"],
        ["", "", "", "", "", ""],
        ["一、", "三、", "四、", "五、", "七、", "八、"],
        ["一、", "二、", "", "四、", "", "六、"],
        ["一 、", "二 、", "三 、", "四 、", "五 、", "六 、"],
    ],
)
def test_numbers_do_not_matter(marks: list[str], checked: Checked) -> None:
    titles = [
        "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
    ]  # fmt: skip
    text = "根据条例，现将有关情况报告如下。\n" + "".join(
        f"{m}{t}\n本年工作正常开展，较上年有进步。\n" for m, t in zip(marks, titles, strict=True)
    )
    assert _kinds(text, checked) == STANDARD_KINDS


def test_sub_titles_of_another_style_stay_inside(checked: Checked) -> None:
    text = (
        "（一）总体情况\n1.主动公开情况\n公开三条。\n2.依申请公开情况\n无。\n3.行政复议情况\n无。\n"
        "（二）主动公开政府信息情况\n三条。\n（三）其他需要报告的事项\n无。"
    )
    assert _kinds(text, checked) == ["overview", "disclosure", "other"]


def test_blanks_radicals_and_traditional_characters_in_titles(checked: Checked) -> None:
    text = (
        "根據條例編製本報告。\n一、總 體 情 況\n公開三條。\n二、主動公開政府資訊情況\n三條。\n"
        "三、存在的主要問題及改進情況\n⽆。\n四、其 他 需 要 报 告 的 事 项\n无。"
    )
    assert _kinds(text, checked) == ["preamble", "overview", "disclosure", "problems", "other"]


def test_titles_of_the_years_before_2019(checked: Checked) -> None:
    text = "\n".join(
        [
            "根据条例，现将本局2012年度政府信息公开工作报告如下。",
            "一、概述", "本局高度重视。",
            "二、主动公开政府信息的情况", "主动公开30条。",
            "三、依申请公开政府信息办理情况", "未收到申请。",
            "四、政府信息公开的收费及减免情况", "没有收费。",
            "五、因政府信息公开申请行政复议、提起行政诉讼的情况", "没有。",
            "六、政府信息公开工作存在的主要问题和改进措施", "力度不够。",
            "七、附表", "见附件。",
        ]
    )  # fmt: skip
    kinds = ["preamble", "overview", "disclosure", "requests", "fees", "reviews", "problems", "statistics"]
    assert _kinds(text, checked) == kinds


def test_rows_of_the_request_table_are_no_titles(checked: Checked) -> None:
    text = STANDARD.replace(
        "收到2件，办结2件。",
        "一、本年新收政府信息公开申请数量\n二、上年结转政府信息公开申请数量\n三、本年度办理结果\n四、结转下年度继续办理",
    )
    assert _kinds(text, checked) == STANDARD_KINDS


def test_rows_of_the_statistics_form_are_no_titles(checked: Checked) -> None:
    text = (
        "一、总体情况\n公开三条。\n二、存在的主要问题及改进措施\n力度不够。\n附件：政府信息公开情况统计表\n"
        "一、主动公开情况\n见网站\n二、依申请公开情况\n见网站\n三、行政复议数量\n见网站\n四、行政诉讼数量\n见网站\n"
    )
    assert _kinds(text, checked) == ["overview", "problems", "statistics"]


def test_numbering_that_starts_anew_inside_a_section(checked: Checked) -> None:
    text = STANDARD.replace(
        "一是公开不够及时，二是形式单一。",
        "一、公开不够及时。需要改进。\n二、主动公开力度有待加强\n需要改进。\n三、人员不足\n需要改进。",
    )
    assert _kinds(text, checked) == STANDARD_KINDS


def test_table_of_contents(checked: Checked) -> None:
    contents = (
        "目录\n一、总体情况......1\n二、主动公开政府信息情况......2\n"
        "三、收到和处理政府信息公开申请情况......3\n四、其他需要报告的事项......4\n"
    )
    body = STANDARD.replace("某某县水利局2023年政府信息公开工作年度报告\n", "")
    assert _kinds(contents + body, checked) == STANDARD_KINDS


def test_title_that_runs_on_into_its_paragraph(checked: Checked) -> None:
    text = (
        "一、总体情况：2023年，本局认真贯彻落实条例要求，主动公开政府信息三十五条，其中网站公开二十条，其余十五条。\n"
        "二、主动公开政府信息情况。2023年，本局认真贯彻落实条例要求，主动公开三十五条，网站公开二十条，微信十五条。\n"
        "三、依申请公开情况 2023年，本局认真贯彻落实条例要求，收到政府信息公开申请三件，全部按时办结，未发生复议诉讼。"
    )
    document = checked(read_text(text, format="txt"))
    assert [(s.kind, s.title) for s in document.sections] == [
        ("overview", "一、总体情况"),
        ("disclosure", "二、主动公开政府信息情况"),
        ("requests", "三、依申请公开情况"),
    ]
    assert [b.kind for b in document.blocks] == ["heading", "paragraph"] * 3
    assert document.text[document.blocks[1].start :].startswith("2023年")


def test_title_of_other_words_is_known_by_its_number(checked: Checked) -> None:
    text = "一、总体情况\n公开三条。\n二、两手抓\n工作正常。\n三、依申请公开情况\n无。\n四、结束语\n完。"
    assert _kinds(text, checked) == ["overview", "overview", "requests", "other"]


def test_missing_title_before_the_shortcomings(checked: Checked) -> None:
    text = (
        "一、政府信息公开工作总体情况\n（一）主动公开情况\n公开三条。\n"
        "一年来，本局做了一些工作，但与上级要求相比还存在一些不足，主要表现在更新不及时。\n三、下一步工作打算\n加强学习。"
    )
    assert _kinds(text, checked) == ["overview", "problems", "problems"]


def test_parts_without_titles_are_known_by_their_tables(checked: Checked) -> None:
    html = (
        "<p>根据条例，编制本年度报告。</p><p>本局全年主动公开政府信息三条。</p>"
        "<table><tr><td>第二十条第（一）项</td><td></td></tr><tr><td>规章</td><td>0</td></tr></table><p>以上。</p>"
        "<table><tr><td>本年新收政府信息公开申请数量</td><td>2</td></tr><tr><td>总计</td><td>2</td></tr></table>"
    )
    document = checked(read_text(html))
    assert [s.kind for s in document.sections] == ["preamble", "overview", "disclosure", "requests"]


def test_denials_are_no_titles(checked: Checked) -> None:
    assert _kinds("一、总体情况\n公开三条。\n没有其他需要报告的事项\n无其他需要报告的事项", checked) == ["overview"]


@given(
    st.lists(
        st.sampled_from(
            [*STANDARD.splitlines(), "", "三、", "一、主动公开", "- 3 -", "附件", "总计|3|", "（一）", "其他", "。"]
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_order_of_lines_gives_a_sound_document(checked: Checked, lines: list[str], line_break: str) -> None:
    text = line_break.join(["一、总体情况", *lines])
    checked(read_text(text, format="txt"))
