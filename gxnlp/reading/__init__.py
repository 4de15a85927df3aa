"""Reading: bytes, a path or a string of text into a Document, one reader a format."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import get_args

from gxnlp.document import Document, Format, Notice
from gxnlp.errors import ReadError

__all__ = ["MAX_BYTES", "MAX_PAGES", "read", "read_bytes", "read_text"]

MAX_BYTES = 256 * 1024 * 1024
"""No report is near it, and a reader would take many times as much memory."""
MAX_PAGES = 3000


def read(
    source: str | Path | bytes,
    *,
    format: Format | None = None,
    name: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_pages: int = MAX_PAGES,
) -> Document:
    r"""Read a report.

    Args:
        source: A path, ``-`` for standard input, the bytes of a file, or a text. A string with a line break, with a
            tag at its start or longer than a path may be is a text; for shorter texts use `read_text`.
        format: The format, where it must not be told from the content.
        name: What the source is called in errors and in the record; the path by default.
        max_bytes: Size from which it is not read: bytes of the file, before any of it is unpacked.
        max_pages: Number of pages (PDF) from which it is not read.

    Raises:
        ReadError: Where it cannot be read; ``category`` says why in a word.

    >>> document = read("一、总体情况\n2023年主动公开政府信息12条。\n")
    >>> document.source.format, [section.kind for section in document.sections]
    ('txt', ['overview'])
    """
    if isinstance(source, bytes):
        return read_bytes(source, format=format, name=name, max_bytes=max_bytes, max_pages=max_pages)
    if isinstance(source, str) and _is_text(source):
        return read_text(source, format=format, name=name)
    data = sys.stdin.buffer.read(max_bytes + 1) if source == "-" else _bytes_of(Path(source), str(source), max_bytes)
    return read_bytes(data, format=format, name=name or str(source), max_bytes=max_bytes, max_pages=max_pages)


def read_bytes(
    data: bytes,
    *,
    format: Format | None = None,
    name: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_pages: int = MAX_PAGES,
) -> Document:
    """Read the bytes of a file; see `read`."""
    name = name or "<bytes>"
    _check_format(format)
    if len(data) > max_bytes:
        raise _too_large(name, max_bytes)
    if not data.strip():
        raise ReadError(name, "it is empty", "empty")
    if format not in ("txt", "markdown", "html"):
        from gxnlp.reading.sniff import binary_format

        found = binary_format(data, name)
        if (format or found) == "docx":
            from gxnlp.reading.docx import read_docx

            return read_docx(data, name)
        if (format or found) == "pdf":
            from gxnlp.reading.pdf import read_pdf

            return read_pdf(data, name, max_pages=max_pages)
    from gxnlp.reading.decode import decode

    decoded = decode(data, name)
    if not decoded.text.strip():
        raise ReadError(name, "it is empty", "empty")
    return _read_decoded(decoded.text, data, name, format, decoded.encoding, decoded.notices)


def read_text(text: str, *, format: Format | None = None, name: str | None = None) -> Document:
    """Read a text that is already decoded: plain, Markdown or HTML; see `read`."""
    name = name or "<text>"
    _check_format(format)
    if format in ("pdf", "docx"):
        raise ReadError(name, f"a {format} file is read from bytes or from a path, not from a string", "unsupported")
    if not text.strip():
        raise ReadError(name, "it is empty", "empty")
    text = text.removeprefix("\ufeff")
    return _read_decoded(text, text.encode("utf-8", "surrogatepass"), name, format, None, ())


def _read_decoded(
    text: str, data: bytes, name: str, format: Format | None, encoding: str | None, notices: tuple[Notice, ...]
) -> Document:
    if format is None:
        from gxnlp.reading.sniff import text_format

        format = text_format(text, name)
    if format == "html":
        from gxnlp.reading.html import read_html

        return read_html(text, data, name, encoding=encoding, notices=notices)
    if format == "markdown":
        from gxnlp.reading.markdown import read_markdown

        return read_markdown(text, data, name, encoding=encoding, notices=notices)
    from gxnlp.reading.text import read_txt

    return read_txt(text, data, name, encoding=encoding, notices=notices)


def _is_text(source: str) -> bool:
    return "\n" in source or source.lstrip().startswith("<") or len(source.encode("utf-8", "replace")) > 1024


def _too_large(name: str, max_bytes: int) -> ReadError:
    said = f"{max_bytes / 1024 / 1024:.4g} MiB" if max_bytes >= 1024 * 1024 else f"{max_bytes} bytes"
    return ReadError(name, f"it is larger than {said}", "too_large")


def _bytes_of(path: Path, name: str, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise ReadError(name, "it is a folder; give the files in it", "not_found")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise _too_large(name, max_bytes)
            # A pipe has no size: what is asked for is allocated at once, so only there as much as may come.
            return file.read(size + 1 if size else max_bytes + 1)
    except FileNotFoundError as error:
        raise ReadError(
            name, "there is no such file (to read a string as a text, use read_text)", "not_found"
        ) from error
    except PermissionError as error:
        raise ReadError(name, "it cannot be opened: permission denied", "permission") from error
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReadError(name, f"it cannot be opened: {cause}", "not_found") from error


def _check_format(format: Format | None) -> None:
    if format is not None and format not in get_args(Format):
        known = ", ".join(get_args(Format))
        raise ReadError("format", f"there is no reader for {format!r}; known are {known}", "unsupported")
