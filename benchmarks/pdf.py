"""How long a PDF report takes to read, against what pdfplumber alone takes to give its text and tables.

Run: python benchmarks/pdf.py [FILE.pdf] [--rounds N]

Without a file a report of a dozen pages is rendered: prose, a ruled form of requests over page breaks, page numbers.
Both sides read the same bytes, in turn, so that what else the machine does falls on both alike; before any timing it is
checked that every number of the rendered form was read. The ratio is of medians.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from gxnlp.reading.pdf import read_pdf

COLUMNS = 7
PARAGRAPH = (
    "全区水利系统围绕水库安全、河道治理和农村供水公开信息，通过门户网站发布动态、解读政策、回应留言，"
    "并在镇村公开栏张贴办事指南，方便群众就近查阅。"
)
TITLES = [
    "（一）予以公开",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    *(f"{number}.不予公开的第{number}种情形" for number in range(1, 9)),
    "3.补正后申请内容仍不明确",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "（七）总计",
]


def report(forms: int = 6) -> bytes:
    """Render a report with as many forms; their cells hold 1, 2, 3 … in reading order."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    prose = ParagraphStyle("prose", fontName=font, fontSize=14, leading=25, firstLineIndent=28, wordWrap="CJK")
    cell = ParagraphStyle("cell", fontName=font, fontSize=9, leading=12, wordWrap="CJK")

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(font, 9)
        canvas.drawCentredString(297, 30, f"- {document.page} -")

    story: list[Any] = []
    value = 0
    for _ in range(forms):
        story += [Paragraph(PARAGRAPH * 3, prose) for _ in range(4)]
        head = ["", "自然人", "商业企业", "科研机构", "公益组织", "法律服务", "其他", "总计"]
        rows: list[list[Any]] = [head]
        for title in TITLES:
            rows.append([Paragraph(title, cell), *(str(value + i) for i in range(1, COLUMNS + 1))])
            value += COLUMNS
        style = TableStyle([("FONT", (0, 0), (-1, -1), font, 9), ("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
        story.append(Table(rows, colWidths=[150, *([43] * COLUMNS)], style=style, repeatRows=1))
    stream = BytesIO()
    SimpleDocTemplate(stream, pagesize=(595, 842)).build(story, onFirstPage=foot, onLaterPages=foot)
    return stream.getvalue()


def with_pdfplumber(data: bytes) -> int:
    """Read text and tables of all pages; returns how many characters the text has."""
    import pdfplumber

    characters = 0
    with pdfplumber.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            characters += len(page.extract_text())
            page.extract_tables()
            page.close()
    return characters


def check(data: bytes, forms: int) -> None:
    """Assert that each number of the rendered forms was read, once and in order."""
    document = read_pdf(data, "<bytes>")
    numbers = [int(c.text) for table in document.tables for c in table.cells if c.text.isdigit()]
    assert numbers == list(range(1, forms * len(TITLES) * COLUMNS + 1)), "numbers are missing or out of order"
    assert len(document.tables) == forms, f"{len(document.tables)} tables instead of {forms}"


def processor() -> str:
    """Return the name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="a PDF to read instead of the rendered one")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.file:
        data = arguments.file.read_bytes()
    else:
        data = report()
        check(data, forms=6)
    pages = read_pdf(data, "<bytes>").source.pages
    with_pdfplumber(data)
    ours, theirs = [], []
    for number in range(arguments.rounds):
        turns = [(ours, lambda: read_pdf(data, "<bytes>")), (theirs, lambda: with_pdfplumber(data))]
        for times, read in turns if number % 2 else reversed(turns):
            start = time.perf_counter()
            read()
            times.append(time.perf_counter() - start)
    mine, reference = statistics.median(ours), statistics.median(theirs)
    print(f"{processor()}, Python {platform.python_version()}, {pages} pages, {arguments.rounds} rounds")
    print(f"gxnlp.reading.pdf       {1000 * mine:8.1f} ms")
    print(f"pdfplumber text+tables  {1000 * reference:8.1f} ms")
    print(f"ratio                   {mine / reference:8.2f}   (to stay below 1.5)")


if __name__ == "__main__":
    main()
