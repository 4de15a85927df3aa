"""Every form in every layout that a text, a page or a Markdown file gives it: read, and read back without a loss."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from gxnlp.document import Document
from gxnlp.forms import load_forms
from gxnlp.forms.rendering import (
    Sheet,
    consistent_values,
    expected,
    sheets,
    to_bars,
    to_blanks,
    to_html,
    to_lines,
    to_markdown,
    to_tabs,
)  # fmt: skip
from gxnlp.reading import read_text
from gxnlp.tables.reader import read_cells

FORMS = load_forms()
TITLES = [
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
]  # fmt: skip
PROSE = "本局全年主动公开政府信息{0}条，其中网站公开{0}条，收到申请{0}件，均按时答复。"

Layout = tuple[Callable[[Sheet], str], str]
LAYOUTS: dict[str, Layout] = {
    "html": (to_html, "html"),
    "html paragraphs": (lambda sheet: "".join(f"<p>{line}</p>" for line in to_lines(sheet).split("\n")), "html"),
    "html breaks": (lambda sheet: to_bars(sheet).replace("\n", "<br>"), "html"),
    "html preformatted": (lambda sheet: f"<pre>{to_tabs(sheet)}</pre>", "html"),
    "markdown": (lambda sheet: f"\n{to_markdown(sheet)}\n", "markdown"),
    "markdown with html": (lambda sheet: f"\n{to_html(sheet)}\n", "markdown"),
    "lines": (to_lines, "txt"),
    "tabs": (to_tabs, "txt"),
    "bars": (to_bars, "txt"),
    "blanks": (to_blanks, "txt"),
}


def _report(printed: list[Sheet], render: Callable[[Sheet], str], format: str) -> str:
    tables = [[], printed[:1], printed[1:2], printed[2:], [], []]
    parts = ["根据条例，编制本报告。"]
    for i, (title, own) in enumerate(zip(TITLES, tables, strict=True)):
        parts += [title, PROSE.format(i + 2), *("\0" + render(sheet) for sheet in own)]
    if format != "html":
        return "\n".join(parts).replace("\0", "")
    body = "".join(part[1:] if part.startswith("\0") else f"<p>{part}</p>" for part in parts)
    return f"<html><body><div><a href=/>首页</a></div><div id=c>{body}</div><div>版权所有</div></body></html>"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.edition)
def test_forms_read_back(form: object, layout: str, checked: Callable[[Document], Document]) -> None:
    render, format = LAYOUTS[layout]
    rng = random.Random(layout)
    values = consistent_values(form, lambda: rng.randint(0, 40))  # type: ignore[arg-type]
    printed = sheets(form, values)  # type: ignore[arg-type]
    document = checked(read_text(_report(printed, render, format)))
    assert document.source.format == format
    reading = read_cells(document)
    assert {cell.indicator: cell.value for cell in reading.cells} == expected(form, values)  # type: ignore[arg-type]
    prose = "".join(document.text[block.start : block.end] for block in document.blocks)
    assert all(PROSE.format(i + 2) in prose for i in range(len(TITLES)))
    kinds = [section.kind for section in document.sections]
    assert [kind for kind in kinds if kind not in ("statistics", "fees")] == [
        "preamble", "overview", "disclosure", "requests", "reviews", "problems", "other",
    ]  # fmt: skip
