from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading import read_bytes, read_text

Checked = Callable[[Document], Document]

TITLE = "某某县水利局2022年政府信息公开工作年度报告"
ARTICLE = """
<p>&nbsp;&nbsp;根据《中华人民共和国政府信息公开条例》要求，编制本报告。</p>
<p><strong>一、总体情况</strong></p>
<p>2022年，本局主动公开政府信息<span>86</span>&nbsp;条，&ldquo;两微一端&rdquo;公开12条。</p>
<p align="center"><b>二、主动公开政府信息情况</b></p>
<table><tbody>
<tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td><p>行政</p><p>规范性文件</p></td><td>1</td><td></td><td>3</td></tr>
</tbody></table>
<p>三、收到和处理政府信息公开申请情况</p>
<p>收到申请2件。</p>
<p>六、其他需要报告的事项</p>
<p>无。</p>
"""
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_某某县人民政府</title>
<style>p{{}}</style></head><body>
<div class="top"><a href="/">首页</a> <a href="/zwgk">政务公开</a>
<form><input value="检索"><select><option>全站</option></select></form></div>
<div class="crumbs">当前位置：<a>首页</a> &gt; <a>年报</a></div>
<div class="wrap"><div class="side"><ul><li><a>县政府召开会议，研究部署政府信息公开工作</a></li></ul></div>
<div class="main"><h1>{TITLE}</h1><div>发布时间：2023-01-10 来源：县水利局 浏览次数：132</div>
<div id="zoom">{ARTICLE}<div style="display:none">隐藏的公开信息99条，不应读到。</div></div></div></div>
<div class="bottom">版权所有：某某县人民政府 备案号12345</div>
<script>document.write("信息公开77条");</script></body></html>"""
KINDS = ["preamble", "overview", "disclosure", "requests", "other"]


def _texts(document: Document, *kinds: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if not kinds or b.kind in kinds]


def test_article_of_a_page(checked: Checked) -> None:
    document = checked(read_text(PAGE))
    assert document.title == TITLE
    assert [section.kind for section in document.sections] == KINDS
    assert "2022年，本局主动公开政府信息86 条，“两微一端”公开12条。" in _texts(document, "paragraph")
    for chrome in ("首页", "全站", "县政府召开会议", "版权所有", "隐藏", "77", "检索"):
        assert chrome not in document.text
    assert _texts(document, "furniture") == ["发布时间：2023-01-10 来源：县水利局 浏览次数：132"]
    (table,) = document.tables
    assert (table.layout, table.rows, table.columns) == ("grid", 4, 4)
    assert [c.text for c in table.cells][-4:] == ["行政\n规范性文件", "1", "", "3"]


@pytest.mark.parametrize("codec", ["gb2312", "utf-8", "big5hkscs"])
def test_page_in_its_declared_encoding(codec: str, checked: Checked) -> None:
    page = PAGE.replace('charset="utf-8"', f'charset="{codec}"')
    if codec == "big5hkscs":
        from opencc import OpenCC

        page = OpenCC("s2t").convert(page).replace('charset="big5hkscs"', 'charset="big5"')
    document = checked(read_bytes(page.encode(codec), name="a.html"))
    assert [section.kind for section in document.sections] == KINDS


@pytest.mark.parametrize(
    "wrap",
    [
        "<div><div><div>{}</div></div></div>",
        "<table><tr><td>{}</td></tr></table>",
        "<table><tr><td><a>首页</a></td><td><a>新闻</a></td></tr><tr><td colspan=2>{}</td></tr></table>",
        "<form><article>{}</article></form>",
        "<div>" * 300 + "{}" + "</div>" * 300,
        "{}",
    ],
)
def test_layouts_of_pages(wrap: str, checked: Checked) -> None:
    document = checked(read_text(f"<html><body>{wrap.format(ARTICLE)}</body></html>"))
    assert [section.kind for section in document.sections] == KINDS
    assert [(table.rows, table.columns) for table in document.tables] == [(4, 4)]


def test_parts_of_the_article_in_separate_elements(checked: Checked) -> None:
    parts = ARTICLE.split("<p>三、")
    page = f"<div><div><div>{parts[0]}</div><div><p>三、{parts[1]}</div></div></div><div class=footer>版权所有</div>"
    assert [section.kind for section in checked(read_text(page)).sections] == KINDS


def test_report_laid_out_in_one_column_of_cells(checked: Checked) -> None:
    rows = "".join(
        f"<tr><td>{line}</td></tr>"
        for line in ("一、总体情况", "公开信息35条。", "二、主动公开政府信息情况", "见网站。")
    )
    document = checked(read_text(f"<table>{rows}</table>"))
    assert document.tables == ()
    assert [section.kind for section in document.sections] == ["overview", "disclosure"]


def test_line_breaks_part_lines_and_wrapped_lines_are_joined(checked: Checked) -> None:
    page = (
        "<p>一、总体情况<br>本局认真落实条例，推进信息公<br>开工作，公开35条。<br><br>（一）主动公开<br>公开35条。</p>"
    )
    document = checked(read_text(page))
    assert _texts(document) == [
        "一、总体情况", "本局认真落实条例，推进信息公\n开工作，公开35条。", "（一）主动公开", "公开35条。",
    ]  # fmt: skip


def test_text_between_and_after_tables_is_kept(checked: Checked) -> None:
    cell = "<table><tr><td>行政许可</td><td>3</td></tr></table>"
    document = checked(read_text(f"<div>前文公开，说明。{cell}中间公开，说明。{cell}<b>后文</b>公开，说明。</div>"))
    assert _texts(document) == ["前文公开，说明。", "中间公开，说明。", "后文公开，说明。"]
    assert len(document.tables) == 2


def test_table_inside_a_table_cell_is_the_data(checked: Checked) -> None:
    inner = "<table><tr><td>行政许可</td><td>3</td></tr></table>"
    document = checked(read_text(f"<table><tr><td>主动公开情况，如下。</td><td>{inner}</td></tr></table>"))
    assert [[cell.text for cell in table.cells] for table in document.tables] == [["行政许可", "3"]]


def test_statutory_table_pasted_as_paragraphs(checked: Checked) -> None:
    cells = [
        "信息内容",
        "本年制发件数",
        "本年废止件数",
        "现行有效件数",
        "规章",
        "0",
        "0",
        "0",
        "行政规范性文件",
        "1",
        "2",
        "3",
    ]
    page = (
        "<p>二、主动公开政府信息情况</p><p>第二十条第（一）项</p>"
        + "".join(f"<p>{cell}</p>" for cell in cells)
        + "<p>三、收到和处理政府信息公开申请情况</p><p>无。</p>"
    )
    document = checked(read_text(page))
    assert [table.layout for table in document.tables] == ["loose"]
    assert [section.kind for section in document.sections] == ["disclosure", "requests"]


@pytest.mark.parametrize(
    "page", ["<html></html>", "<p>&nbsp;</p>", "<html><body><!-- 公开 --></body></html>", "<div hidden>公开</div>"]
)
def test_page_without_text(page: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_text(page, format="html")
    assert caught.value.category == "no_text"


def test_report_in_a_part_that_a_script_unfolds(checked: Checked) -> None:
    document = checked(read_text(f"<div class=a>加载中</div><div style='display: none'>{ARTICLE}</div>"))
    assert [section.kind for section in document.sections] == KINDS


def test_links_to_other_reports_are_no_part_of_this_one(checked: Checked) -> None:
    links = "".join(
        f"<li><a href='{y}.html'>某某县水利局{y}年政府信息公开工作年度报告</a></li>" for y in (2019, 2020, 2021)
    )
    aside = checked(read_text(f"<div><div><ul>{links}</ul></div><div><div>{ARTICLE}</div></div></div>"))
    assert "2019" not in aside.text
    inside = checked(read_text(f"<div>{ARTICLE}<ul>{links}</ul></div>"))
    assert len(_texts(inside, "furniture")) == 3
    assert inside.title is None


def test_anchors_are_no_links(checked: Checked) -> None:
    document = checked(read_text(f"<div><a name=top>{ARTICLE}</a></div>"))
    assert [section.kind for section in document.sections] == KINDS
    assert _texts(document, "furniture") == []


def test_login_page_is_told_of() -> None:
    document = read_text("<html><body><p>请输入您的口令以继续。</p></body></html>")
    assert [notice.code for notice in document.notices] == ["not_a_report"]


@given(
    st.recursive(
        st.sampled_from(
            [
                "公开35条，",
                "一、总体情况",
                "&nbsp;",
                "<br>",
                "\n",
                "12",
                "<td>",
                "</p>",
                "&#x2F83;",
                "<b>",
                "]]>",
                "\0",
                "打印",
            ]
        ),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(["div", "p", "span", "table", "tr", "td", "pre", "li", "h2", "a", "o:p"]),
            st.lists(inner, max_size=4),
        ),
        max_leaves=20,
    )
)
def test_any_markup_gives_a_sound_document(checked: Checked, markup: str) -> None:
    checked(read_text(f"<html><body><p>政府信息公开</p>{markup}</body></html>"))
