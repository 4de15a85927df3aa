"""PDF: the file opened, its pages laid out one by one, and what cannot be read told in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading.pdf_flow import Sheet, compose, lay_out
from gxnlp.reading.pdf_page import TooManyPages, pages

_MAX_GLYPHS = 5_000_000


def read_pdf(data: bytes, name: str, *, max_pages: int = 3000) -> Document:
    """Read a PDF.

    Args:
        data: The file.
        name: The path as given, or ``<bytes>``; errors name it.
        max_pages: Number of pages from which the file is not read.

    Returns:
        The Document. A paragraph or table that runs over a page break is one; page numbers and running heads are
        furniture. ``Document.notices`` tells of glyphs without a character (``unmapped_glyphs``), of pages that are
        pictures only (``picture_page``) and of text that a program recognised in a scan (``recognised_text``).

    Raises:
        ReadError: Category ``empty``, ``unsupported`` (no PDF), ``encrypted``, ``truncated``, ``corrupt``,
            ``too_large``, ``too_many_pages``, ``no_text`` or ``scanned`` (it needs optical character recognition
            first).
    """
    _check(data, name)
    sheets = _sheets(data, name, max_pages)
    if not any(sheet.readable for sheet in sheets):
        raise _nothing(sheets, name)
    return compose(sheets, data, name)


def _check(data: bytes, name: str) -> None:
    if not data.strip():
        raise ReadError(name, "the file is empty", "empty")
    if b"%PDF-" not in data[:1024]:
        raise ReadError(name, "this is not a PDF: it does not begin with %PDF-", "unsupported")
    # A whole file ends in a reference to its table of objects, behind the last object, however often it was saved.
    if data.rfind(b"startxref") < data.rfind(b"endobj") or b"endobj" not in data:
        raise ReadError(name, "the PDF breaks off before its end; fetch it again", "truncated")


def _nothing(sheets: Sequence[Sheet], name: str) -> ReadError:
    if any(sheet.unmapped for sheet in sheets):
        cause = "its fonts do not say which characters the glyphs are; run optical character recognition (OCR) first"
        return ReadError(name, cause, "no_text")
    if any(sheet.page.pictures for sheet in sheets):
        cause = "its pages are pictures without text; run optical character recognition (OCR) first"
        return ReadError(name, cause, "scanned")
    return ReadError(name, "the PDF has no text", "no_text")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pdfminer's remarks on odd but readable files out of the user's terminal."""
    log = logging.getLogger("pdfminer")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def _sheets(data: bytes, name: str, max_pages: int) -> list[Sheet]:
    from pdfminer.pdfdocument import PDFEncryptionError

    sheets: list[Sheet] = []
    glyphs = 0
    try:
        with _quiet():
            for page in pages(data, max_pages):
                glyphs += len(page.glyphs)
                if glyphs > _MAX_GLYPHS:
                    raise ReadError(name, "the PDF is far larger than any report", "too_large")
                sheets.append(lay_out(page))
    except ReadError:
        raise
    except TooManyPages as error:
        raise ReadError(name, f"it has more than {max_pages} pages", "too_many_pages") from error
    except PDFEncryptionError as error:
        raise ReadError(name, "the PDF is encrypted; save it without a password first", "encrypted") from error
    except MemoryError:
        raise  # of the machine, not of the file
    except Exception as error:
        # pdfminer meets a broken file with whatever exception comes first (KeyError, AssertionError, struct.error …).
        cause = f"the PDF is damaged ({type(error).__name__}: {error})"[:200]
        raise ReadError(name, cause, "corrupt") from error
    if not sheets:
        raise ReadError(name, "the PDF has no pages that can be read", "corrupt")
    return sheets
