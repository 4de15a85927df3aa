"""PDF: prose over lines and pages, furniture, reading order, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pdf_drawing import HEIGHT, WIDTH, Drawing, Spot, draw_table, paragraph, text_width, wrapped
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading import pdf
from gxnlp.reading.pdf import read_pdf

LONG = (
    "今年以来，水务局围绕供水、排水和防汛公开信息，全年发布动态一百余篇，"
    "答复群众留言36件，办结率为百分之百，社会反映良好。"
)


def blocks(document: Document, kind: str | None = None) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if kind in (None, b.kind)]


def codes(document: Document) -> list[str]:
    return [notice.code for notice in document.notices]


def read(drawing: Drawing, **options: Any) -> Document:
    return read_pdf(drawing.render(**options), "<bytes>")


def report() -> Drawing:
    """A short report: title, heading, a paragraph over the page break, a table, page numbers and a running head."""
    drawing = Drawing()
    drawing.centred(WIDTH / 2, 110, "某某区水务局2023年政府信息公开工作年度报告", 18)
    drawing.text(104, 150, "一、总体情况", 12)
    lines = wrapped("　　" + LONG * 2, 435, 12)
    for number, line in enumerate(lines[:3]):
        drawing.text(104 if number == 0 else 80, 700 + 21.6 * number, line.strip("　"), 12)
    drawing.text(80, 40, "水务局年报", 9)
    drawing.centred(WIDTH / 2, 810, "- 1 -", 9)
    drawing.new_page()
    drawing.text(80, 40, "水务局年报", 9)
    for number, line in enumerate(lines[3:]):
        drawing.text(80, 90 + 21.6 * number, line, 12)
    y = 90 + 21.6 * len(lines[3:])
    drawing.text(104, y, "二、主动公开政府信息情况", 12)
    spots = [
        Spot("信息内容", 0, 0),
        Spot("本年制发件数", 0, 1),
        Spot("规章", 1, 0),
        Spot("14", 1, 1),
        Spot("行政规范性文件", 2, 0),
        Spot("25", 2, 1),
    ]
    draw_table(drawing, spots, [80, 300, 500], [y + 20, y + 40, y + 60, y + 80])
    paragraph(drawing, "以上数据截至年末。", y + 110)
    drawing.centred(WIDTH / 2, 810, "- 2 -", 9)
    return drawing


def test_a_paragraph_over_lines_and_pages_is_one_block() -> None:
    document = read(report())
    (whole,) = [text for text in blocks(document, "paragraph") if "今年以来" in text]
    assert whole.replace("\n", "") == LONG * 2
    block = next(b for b in document.blocks if document.text[b.start : b.end] == whole)
    assert block.page == 1
    assert block.bbox is not None
    assert block.bbox[0] == pytest.approx(80)
    assert 680 < block.bbox[1] < block.bbox[3] < 760


def test_headings_title_and_the_order_of_tables() -> None:
    document = read(report())
    assert document.title == "某某区水务局2023年政府信息公开工作年度报告"
    assert [document.text[s.start : s.end].split("\n")[0] for s in document.sections if s.title] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
    ]
    (table,) = document.tables
    assert [cell.text for cell in table.cells] == ["信息内容", "本年制发件数", "规章", "14", "行政规范性文件", "25"]
    assert all(document.text[c.start : c.end] == c.text and c.page == 2 and c.bbox for c in table.cells)
    assert document.text.index("二、主动公开") < table.start < document.text.index("以上数据")
    assert document.source.pages == 2


def test_page_numbers_and_running_heads_are_furniture() -> None:
    document = read(report())
    assert blocks(document, "furniture") == ["水务局年报", "- 1 -", "水务局年报", "- 2 -"]


@pytest.mark.parametrize(
    "numbers",
    [("— 1 —", "— 2 —"), ("第 1 页", "第 2 页"), ("1", "2"), ("1 / 2", "2 / 2"), ("第1页 共2页", "第2页 共2页")],
)
def test_page_numbers_come_in_many_shapes(numbers: tuple[str, str]) -> None:
    drawing = Drawing()
    for number, text in enumerate(numbers):
        if number:
            drawing.new_page()
        paragraph(drawing, LONG[number:], 100)
        drawing.centred(WIDTH / 2, 800, text, 9)
    assert blocks(read(drawing), "furniture") == list(numbers)


def test_a_number_at_the_foot_that_counts_no_pages_is_text() -> None:
    drawing = Drawing()
    for number, last in enumerate(("17", "45")):
        paragraph(drawing, LONG[number:], 100)
        drawing.text(80, 800, last, 12)
        drawing.new_page()
    paragraph(drawing, LONG[2:], 100)
    assert blocks(read(drawing), "furniture") == []


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4, 5])
def test_the_order_of_the_content_stream_has_no_say(order: int) -> None:
    expected, other = read(report()), read(report(), order=order)
    assert (other.text, other.blocks, other.tables, other.sections) == (
        expected.text,
        expected.blocks,
        expected.tables,
        expected.sections,
    )


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_pages_with_a_rotation_of_their_own(rotate: int) -> None:
    # Printed upside down or sideways: turned by the page's rotation, the text still reads as it did.
    assert read(report(), rotate=rotate).text == read(report()).text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pages_whose_content_is_turned(turn: int) -> None:
    document = read(report(), turn=turn)
    assert document.text == read(report()).text
    width, height = (HEIGHT, WIDTH) if turn % 180 else (WIDTH, HEIGHT)
    for cell in document.tables[0].cells:
        assert cell.bbox is not None
        left, top, right, bottom = cell.bbox
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    if turn % 180:
        first, second = document.tables[0].cells[:2]
        assert first.bbox is not None
        assert second.bbox is not None
        assert (first.bbox[0], first.bbox[2]) == pytest.approx((second.bbox[0], second.bbox[2]))


def test_text_printed_twice_to_look_bold_is_read_once() -> None:
    drawing = Drawing()
    for shift in (0, 0.3, 0.6):
        drawing.text(80 + shift, 100, "公开信息11条，答复2200件", 12)
    assert read(drawing).text == "公开信息11条，答复2200件"


def test_blanks_between_words_and_none_between_characters() -> None:
    drawing = Drawing()
    drawing.text(80, 100, "annual report", 12)
    for number, char in enumerate("公开栏目"):
        drawing.text(80 + 15 * number, 140, char, 12)
    assert read(drawing).text == "annual report\n公开栏目"


def test_lines_of_one_title_are_one_heading() -> None:
    drawing = Drawing()
    drawing.centred(WIDTH / 2, 110, "某某县人民政府办公室", 20)
    drawing.centred(WIDTH / 2, 145, "政府信息公开工作年度报告", 20)
    paragraph(drawing, LONG * 3, 200)
    assert blocks(read(drawing), "heading") == ["某某县人民政府办公室\n政府信息公开工作年度报告"]


def test_a_frame_around_prose_is_no_table() -> None:
    drawing = Drawing()
    drawing.mark(lambda c: c.rect(70, HEIGHT - 300, 455, 230))
    paragraph(drawing, LONG, 100)
    document = read(drawing)
    assert document.tables == ()
    assert blocks(document)[0].replace("\n", "") == LONG


def test_underlines_and_rules_under_a_head_are_no_table() -> None:
    drawing = Drawing()
    drawing.text(80, 60, "水务局", 12)
    drawing.line(70, 66, 525, 66)
    drawing.text(80, 100, "网址见网站首页", 12)
    drawing.line(80, 102, 80 + text_width("网址见网站首页", 12), 102)
    assert read(drawing).tables == ()


def test_a_table_of_contents_is_furniture() -> None:
    drawing = Drawing()
    for number, title in enumerate(("一、总体情况", "二、主动公开政府信息情况")):
        drawing.text(80, 100 + 24 * number, f"{title}{'…' * 12}{number + 1}", 12)
    drawing.text(80, 200, "一、总体情况", 12)
    paragraph(drawing, LONG, 230)
    document = read(drawing)
    assert len(blocks(document, "furniture")) == 2
    assert [s.title for s in document.sections if s.title] == ["一、总体情况"]


def test_a_watermark_does_not_mix_with_the_text() -> None:
    drawing = report()

    def watermark(c: Any) -> None:
        c.saveState()
        c.translate(200, 300)
        c.rotate(45)
        c.setFont("STSong-Light", 40)
        c.drawString(0, 0, "内部资料")
        c.restoreState()

    plain = read(drawing)
    drawing.mark(watermark)
    marked = read(drawing)
    assert blocks(marked, "paragraph") == blocks(plain, "paragraph")
    assert "内部资料" in blocks(marked, "furniture")


def test_invisible_text_of_a_scan_is_read_and_told_of() -> None:
    drawing = Drawing()

    def invisible(c: Any) -> None:
        text = c.beginText(80, 700)
        text.setFont("STSong-Light", 12)
        text.setTextRenderMode(3)
        text.textLine("公开信息21条。")
        c.drawText(text)

    drawing.mark(invisible)
    document = read(drawing)
    assert document.text == "公开信息21条。"
    assert "recognised_text" in codes(document)


def picture(c: Any) -> None:
    c.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 50, 50, 400, 600)


def test_a_page_that_is_a_picture_is_told_of() -> None:
    drawing = Drawing()
    paragraph(drawing, LONG, 100)
    drawing.new_page()
    drawing.mark(picture)
    assert ("picture_page", 2) in [(notice.code, notice.page) for notice in read(drawing).notices]


def raw_pdf(objects: list[bytes]) -> bytes:
    """Put objects together, the first of them the catalog."""
    stream = BytesIO(b"%PDF-1.5\n")
    stream.seek(0, 2)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(stream.tell())
        stream.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = stream.tell()
    stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        stream.write(b"%010d 00000 n \n" % place)
    stream.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return stream.getvalue()


def unmapped_pdf(extra: bytes = b"") -> bytes:
    """A page in a font that maps codes to glyphs and not to characters, with ``extra`` in a font that does."""
    content = b"BT /F1 12 Tf 80 700 Td <000100020003> Tj ET " + extra
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R/F2 8 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
            b"<</Type/Font/Subtype/Type0/BaseFont/Unknown/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Unknown/DW 1000/FontDescriptor 7 0 R"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
            b"<</Type/FontDescriptor/FontName/Unknown/Flags 4/Ascent 800/Descent -200>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def test_glyphs_without_a_character_are_marked_and_told_of() -> None:
    document = read_pdf(unmapped_pdf(b"BT /F2 12 Tf 150 700 Td (2023) Tj ET"), "<bytes>")
    assert "\ufffd" * 3 in document.text
    assert "2023" in document.text
    assert "cid" not in document.text
    assert ("unmapped_glyphs", 1) in [(notice.code, notice.page) for notice in document.notices]


def scanned() -> bytes:
    drawing = Drawing()
    drawing.mark(picture)
    return drawing.render()


def broken_tree() -> bytes:
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids 7/Count 1>>"])


def encrypted() -> bytes:
    return report().render(encrypt=StandardEncryption("secret", strength=128))


@pytest.mark.parametrize(
    ("make", "category"),
    [
        (lambda: b" \n", "empty"),
        (lambda: b"GIF89a" + b"\0" * 40, "unsupported"),
        (lambda: report().render()[:-900], "truncated"),
        (lambda: b"%PDF-1.4\n" + b"\0\xff" * 90, "truncated"),
        (broken_tree, "corrupt"),
        (encrypted, "encrypted"),
        (scanned, "scanned"),
        (unmapped_pdf, "no_text"),
        (lambda: Drawing().render(), "no_text"),
    ],
)
def test_what_cannot_be_read_is_a_typed_error(make: Callable[[], bytes], category: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_pdf(make(), "年报.pdf")
    assert caught.value.category == category
    assert str(caught.value).startswith("年报.pdf: ")


def test_an_owner_password_alone_does_not_lock_a_reader_out() -> None:
    drawing = Drawing()
    drawing.mark(lambda c: c.drawString(80, 700, "Annual report 2023"))
    lock = StandardEncryption("", ownerPassword="owner", strength=128)
    assert read(drawing, encrypt=lock).text == "Annual report 2023"


def test_scans_are_told_what_they_need() -> None:
    with pytest.raises(ReadError, match="optical character recognition"):
        read_pdf(scanned(), "<bytes>")


def test_far_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MAX_GLYPHS", 10)
    with pytest.raises(ReadError) as caught:
        read(report())
    assert caught.value.category == "too_large"


def test_pages_are_counted_before_any_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "lay_out", lambda page: pytest.fail("a page was read"))
    with pytest.raises(ReadError, match="more than 1 pages") as caught:
        read_pdf(report().render(), "年报.pdf", max_pages=1)
    assert caught.value.category == "too_many_pages"


def test_damage_anywhere_is_a_typed_error_or_a_document() -> None:
    data = report().render()
    for at in range(20, len(data), len(data) // 60):
        damaged = data[:at] + b"\xee" * 25 + data[at + 25 :]
        try:
            document = read_pdf(damaged, "<bytes>")
        except ReadError as error:
            assert error.category in {"corrupt", "truncated", "encrypted", "no_text", "scanned", "unsupported"}  # noqa: PT017
        else:
            assert document.text


def test_a_page_is_forgotten_once_it_is_laid_out() -> None:
    from gxnlp.reading.pdf_flow import lay_out
    from gxnlp.reading.pdf_page import pages

    iterator = pages(report().render(), 10)
    sheet = lay_out(next(iterator))
    assert (sheet.page.glyphs, sheet.page.rules) == ((), ())
    assert next(iterator).number == 2
