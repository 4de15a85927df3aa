from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.document import Document
from gxnlp.reading import read_text

Checked = Callable[[Document], Document]

REPORT = """# 某某区教育局2023年政府信息公开工作年度报告

根据条例要求，**编制**本报告。

## 一、总体情况 ##

全年主动公开政府信息**35**条，
比上年多。

**二、主动公开政府信息情况**

| 信息内容 | 本年制发件数 | 本年废止件数 |
|:--|--:|---|
| 规章 | 0 | |
| 行政\\|规范 | **4** | / |

后文。

其他需要报告的事项
------
- 无收费，无遗漏，
- 无事项

![图](a.png)
"""


def _read(text: str, checked: Checked) -> Document:
    return checked(read_text(text, format="markdown"))


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_report(line_break: str, checked: Checked) -> None:
    document = _read(REPORT.replace("\n", line_break), checked)
    assert document.title == "某某区教育局2023年政府信息公开工作年度报告"
    assert [(s.kind, s.title) for s in document.sections] == [
        ("preamble", ""),
        ("overview", "一、总体情况"),
        ("disclosure", "二、主动公开政府信息情况"),
        ("other", "其他需要报告的事项"),
    ]
    blocks = [(b.kind, document.text[b.start : b.end]) for b in document.blocks]
    assert ("paragraph", f"全年主动公开政府信息**35**条，{line_break}比上年多。") in blocks
    assert [text for kind, text in blocks if kind == "paragraph"][-3:] == ["后文。", "无收费，无遗漏，", "无事项"]
    assert blocks[-1] == ("furniture", "![图](a.png)")


def test_pipe_table(checked: Checked) -> None:
    (table,) = _read(REPORT, checked).tables
    assert [(c.text, c.row, c.column) for c in table.cells] == [
        ("信息内容", 0, 0), ("本年制发件数", 0, 1), ("本年废止件数", 0, 2),
        ("规章", 1, 0), ("0", 1, 1), ("", 1, 2),
        ("行政\\|规范", 2, 0), ("4", 2, 1), ("/", 2, 2),
    ]  # fmt: skip


def test_pipe_table_without_outer_bars(checked: Checked) -> None:
    (table,) = _read("政府信息公开\n\n项目 | 件数\n--- | ---\n公开 | 3\n\n完", checked).tables
    assert [c.text for c in table.cells] == ["项目", "件数", "公开", "3"]


def test_pasted_html_table(checked: Checked) -> None:
    text = (
        '一、总体情况\n<table border="1"><tr><td rowspan="2">甲</td><td colspan=2><b>乙</b></td></tr>\n'
        "<tr><td> 1 </td><td>2<br>3</td></tr></table>\n二、主动公开情况\n公开三条。"
    )
    document = _read(text, checked)
    (table,) = document.tables
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in table.cells] == [
        ("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 2), ("1", 1, 1, 1, 1), ("2<br>3", 1, 2, 1, 1),
    ]  # fmt: skip
    assert [section.kind for section in document.sections] == ["overview", "disclosure"]


def test_table_without_end(checked: Checked) -> None:
    document = _read("一、总体情况\n<table><tr><td>公开<td>3", checked)
    assert [c.text for c in document.tables[0].cells] == ["公开"]


@given(
    st.lists(
        st.sampled_from(
            [
                *REPORT.splitlines(),
                "```",
                "> 引文，",
                "|||",
                "|-|",
                "<table>",
                "<td>3</td>",
                "</table>",
                "#",
                "***",
                "a | b",
                "===",
                "* 一、",
            ]
        ),
        max_size=20,
    )
)
def test_any_order_of_lines_gives_a_sound_document(checked: Checked, lines: list[str]) -> None:
    _read("\n".join(["政府信息公开", *lines]), checked)
