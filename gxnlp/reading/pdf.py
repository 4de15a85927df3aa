"""PDF: glyphs and rules of each page to prose in reading order and tables, over page breaks."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading.assembly import DocumentBuilder, Line
from gxnlp.reading.pdf_joins import TablePart, furniture, is_continuation_mark, join_parts, page_number, part_of
from gxnlp.reading.pdf_page import UNMAPPED, Page, pages, turned
from gxnlp.reading.pdf_tables import find_grids
from gxnlp.reading.pdf_text import Measure, TextLine, continues, lines_of, measure, paragraphs

_MAX_PAGES = 3000
_MAX_GLYPHS = 5_000_000


@dataclass(slots=True)
class _Paragraph:
    """A paragraph with the page of each of its lines."""

    lines: list[tuple[Page, TextLine]]


@dataclass(slots=True)
class _Table:
    """A table, over as many pages as it has, and its text as lines in case that it is only a frame around text."""

    part: TablePart
    top: float
    lines: list[tuple[Page, TextLine]]


@dataclass(slots=True)
class _Laid:
    """A page sorted into its tables and its other lines; the glyphs are not kept."""

    page: Page
    lines: list[TextLine]
    tables: list[_Table]
    sideways: list[str]
    unmapped: int


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF.

    Args:
        data: The file.
        name: The path as given, or ``<bytes>``; errors name it.

    Returns:
        The Document. A paragraph or table that runs over a page break is one; page numbers and running heads are
        furniture. ``Document.notices`` tells of glyphs without a character (``unmapped_glyphs``), of pages that are
        pictures only (``picture_page``) and of text that a program recognised in a scan (``recognised_text``).

    Raises:
        ReadError: Category ``empty``, ``unsupported`` (no PDF), ``encrypted``, ``truncated``, ``corrupt``,
            ``too_large`` or ``no_text`` (a scan: it needs optical character recognition first).
    """
    _check(data, name)
    laid = _laid_out(data, name)
    if not any(sheet.lines or sheet.tables for sheet in laid):
        raise ReadError(name, _nothing(laid), "no_text")
    return _emit(laid, data, name)


def _check(data: bytes, name: str) -> None:
    if not data.strip():
        raise ReadError(name, "the file is empty", "empty")
    if b"%PDF-" not in data[:1024]:
        raise ReadError(name, "this is not a PDF: it does not begin with %PDF-", "unsupported")
    # A whole file ends in a reference to its table of objects; behind the last object, however often it was saved.
    if data.rfind(b"startxref") < data.rfind(b"endobj"):
        raise ReadError(name, "the PDF breaks off before its end; fetch it again", "truncated")


def _nothing(laid: Sequence[_Laid]) -> str:
    if any(sheet.unmapped for sheet in laid):
        return "the fonts do not say which characters the glyphs are; run optical character recognition (OCR) first"
    if any(sheet.page.pictures for sheet in laid):
        return "the pages are pictures without text; run optical character recognition (OCR) first"
    return "the PDF has no text"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pdfminer's remarks on odd but readable files out of the user's terminal."""
    log = logging.getLogger("pdfminer")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _laid_out(data: bytes, name: str) -> list[_Laid]:
    from pdfminer.pdfdocument import PDFEncryptionError

    laid: list[_Laid] = []
    glyphs = 0
    try:
        with _quiet():
            for page in pages(data):
                glyphs += len(page.glyphs)
                if len(laid) >= _MAX_PAGES or glyphs > _MAX_GLYPHS:
                    raise ReadError(name, "the PDF is far larger than any report", "too_large")
                laid.append(_lay_out(page))
    except ReadError:
        raise
    except PDFEncryptionError as error:
        raise ReadError(name, "the PDF is encrypted; save it without a password first", "encrypted") from error
    except Exception as error:
        # pdfminer meets a broken file with whatever exception comes first (KeyError, AssertionError, struct.error …).
        cause = f"the PDF is damaged ({type(error).__name__}: {error})"[:200]
        raise ReadError(name, cause, "corrupt") from error
    if not laid:
        raise ReadError(name, "the PDF has no pages that can be read", "corrupt")
    return laid


def _lay_out(page: Page) -> _Laid:
    bare = Page(page.number, page.width, page.height, page.turn, (), (), page.slanted, page.pictures, page.invisible)
    taken: set[int] = set()
    tables: list[_Table] = []
    for grid in find_grids(page.rules):
        part, members = part_of(grid, page)
        if members:
            lines = lines_of(page.glyphs[i] for i in members) if part.columns == 1 else []
            tables.append(_Table(part, grid.ys[0], [(bare, line) for line in lines]))
            taken |= members
    rest = [glyph for i, glyph in enumerate(page.glyphs) if i not in taken]
    sideways = [
        line.text
        for direction in (1, 2, 3)
        for line in lines_of(turned(g, direction, page.width, page.height) for g in rest if g.direction == direction)
    ]
    unmapped = sum(glyph.text == UNMAPPED for glyph in page.glyphs)
    return _Laid(bare, lines_of(rest), tables, sideways, unmapped)


def _emit(laid: Sequence[_Laid], data: bytes, name: str) -> Document:
    builder = DocumentBuilder()
    marks = furniture([(sheet.page, sheet.lines) for sheet in laid])
    prose = [
        [line for i, line in enumerate(sheet.lines) if i not in mark] for sheet, mark in zip(laid, marks, strict=True)
    ]
    area = measure(prose)
    waiting: list[tuple[str, Page, TextLine | None]] = []
    last: _Paragraph | _Table | None = None

    def flush() -> None:
        nonlocal last
        if isinstance(last, _Paragraph):
            _write_paragraph(builder, last, area)
        elif last is not None and last.part.columns > 1:
            builder.table(last.part.grid_cells())
        elif last is not None:
            page = last.lines[0][0]
            for group in paragraphs([line for _, line in last.lines], area):
                _write_paragraph(builder, _Paragraph([(page, line) for line in group]), area)
        last = None
        for text, page, line in waiting:
            builder.furniture(text, page=page.number, bbox=page.displayed(line.box) if line else None)
        waiting.clear()

    for sheet, mark, lines in zip(laid, marks, prose, strict=True):
        page = sheet.page
        first = True
        head = [i for i in sorted(mark) if sheet.lines[i].base < page.height / 2]
        waiting += [(sheet.lines[i].text, page, sheet.lines[i]) for i in head]
        for item in _items(page, lines, sheet.tables, area):
            if first and isinstance(item, _Paragraph) and is_continuation_mark(item.lines[0][1].text):
                waiting.append((item.lines[0][1].text, page, item.lines[0][1]))
                continue
            if not (first and _join(last, item, area)):
                flush()
                last = item
            first = False
        waiting += [(sheet.lines[i].text, page, sheet.lines[i]) for i in sorted(mark) if i not in head]
        for text in sheet.sideways:
            if page_number(text) is not None:
                waiting.append((text, page, None))
            else:
                flush()
                builder.paragraph(text, page=page.number)
        if page.slanted.strip():
            waiting.append((page.slanted, page, None))
        _notices(builder, sheet)
    flush()
    return builder.build(data, name=name, format="pdf", pages=len(laid))


def _notices(builder: DocumentBuilder, sheet: _Laid) -> None:
    number = sheet.page.number
    if sheet.unmapped:
        builder.notice(
            "unmapped_glyphs",
            f"{sheet.unmapped} glyphs of this page have no character in their font; they stand as U+FFFD",
            page=number,
        )
    if sheet.page.pictures and not sheet.lines and not sheet.tables:
        builder.notice("picture_page", "this page is a picture without text and was not read", page=number)
    if sheet.page.invisible:
        builder.notice(
            "recognised_text",
            "text of this page was recognised in a scan and may hold wrong characters",
            page=number,
        )


def _items(
    page: Page, lines: Sequence[TextLine], tables: Sequence[_Table], area: Measure
) -> Iterator[_Paragraph | _Table]:
    """Yield what a page holds in reading order."""
    start = 0
    for table in sorted(tables, key=lambda t: t.top):
        end = next((i for i in range(start, len(lines)) if lines[i].base > table.top), len(lines))
        for group in paragraphs(lines[start:end], area):
            yield _Paragraph([(page, line) for line in group])
        start = end
        yield table
    for group in paragraphs(lines[start:], area):
        yield _Paragraph([(page, line) for line in group])


def _join(last: _Paragraph | _Table | None, item: _Paragraph | _Table, area: Measure) -> bool:
    """Join the first item of a page to the last of the page before where they are one."""
    if isinstance(last, _Table) and isinstance(item, _Table):
        part = join_parts(last.part, item.part)
        if part is not None:
            last.part = part
            last.lines += item.lines
            return True
    if (
        isinstance(last, _Paragraph)
        and isinstance(item, _Paragraph)
        and continues(last.lines[-1][1], item.lines[0][1], area, same_page=False)
    ):
        last.lines += item.lines
        return True
    return False


def _write_paragraph(builder: DocumentBuilder, paragraph: _Paragraph, area: Measure) -> None:
    lines = [Line(line.text, page.number, page.displayed(line.box)) for page, line in paragraph.lines]
    text = "".join(line.text for line in lines)
    large = all(line.size > 1.15 * area.size for _, line in paragraph.lines)
    bold = not area.bold and all(line.bold for _, line in paragraph.lines)
    if len(text) <= 80 and (large or bold) and text[-1:] not in "。；，;,":
        builder.heading(lines)
    else:
        builder.paragraph(lines)
