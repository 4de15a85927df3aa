"""What a source is, by its content; the name only decides between texts that look alike."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from gxnlp.document import Format
from gxnlp.errors import ReadError

_PICTURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
)
_OTHERS = (
    (b"Rar!", "a RAR archive: unpack it and read the report inside"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it and read the report inside"),
    (b"\x1f\x8b", "a gzip archive: unpack it and read the report inside"),
    (b"{\\rtf", "an RTF file: save it as .docx or PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format", "a database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]|<(?:div|p|table|span|article|br)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_PARAGRAPHS = re.compile(r"<(?:p|div|span|br|body)\b", re.IGNORECASE)
_DELIMITER_ROW = re.compile(
    r"^[ \t]*(?:\|[ \t]*)?:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*(?:\|[ \t]*)?$", re.MULTILINE
)
_ATX_HEADING = re.compile(r"^#{1,6} +\S", re.MULTILINE)


def binary_format(data: bytes, name: str) -> Format | None:
    """Return ``pdf`` or ``docx`` where the bytes are such a file, None where they may be text.

    Raises:
        ReadError: Where they are a file that is known and cannot be read; the message says what to do.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for magic, what in _PICTURES:
        # Two letters are too few to tell a picture from a text that begins with them.
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64]):
            raise ReadError(name, f"it is {what}; scanned reports need text recognition first", "scanned")
    for magic, what in _OTHERS:
        if data.startswith(magic):
            raise ReadError(name, f"it is {what}", "unsupported" if ":" in what else "binary")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError(
                name, "it is an encrypted Office file: take the password off and save it again", "encrypted"
            )
        raise ReadError(name, "it is an old Office file (.doc, .wps, .xls): save it as .docx or PDF", "unsupported")
    if data.startswith(b"PK"):
        return _zip_format(data, name)
    return None


def _zip_format(data: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        raise ReadError(name, "it begins as a DOCX (ZIP) file but is damaged or cut off", "corrupt") from error
    if any(re.fullmatch(r"word/document\d*\.xml", entry) for entry in names):
        return "docx"
    what = next(
        (
            kind
            for entry, kind in (("OFD.xml", "an OFD file: save it as PDF"), ("xl/workbook.xml", "a workbook"))
            if entry in names
        ),
        "an archive: unpack it and read the report inside",
    )
    if "[Content_Types].xml" in names and not what.startswith(("an OFD", "a workbook")):
        raise ReadError(name, "it is an Office file without a text document inside", "corrupt")
    raise ReadError(name, f"it is {what}", "unsupported")


def text_format(text: str, name: str) -> Format:
    r"""Return whether a text is ``html``, ``markdown`` or plain ``txt``.

    >>> text_format("<p>一、总体情况</p>", "<text>"), text_format("|项目|件数|\n|---|---|\n|公开|3|", "a.txt")
    ('html', 'markdown')
    """
    opening = text[:4096].lstrip()
    suffix = PurePath(name).suffix.lower()
    markdown = suffix in (".md", ".markdown") or len(_ATX_HEADING.findall(text)) >= 2 or _has_pipe_table(text)
    if opening.startswith("<") and _HTML.search(opening) and not (markdown and suffix in (".md", ".markdown")):
        return "html"
    pasted_table = re.search(r"<table\b", text, re.IGNORECASE) and len(_PARAGRAPHS.findall(text)) < 3
    if markdown or pasted_table:
        return "markdown"
    tags = len(_HTML.findall(text))
    return "html" if tags >= 3 or (tags and suffix in (".html", ".htm", ".shtml", ".xhtml")) else "txt"


def _has_pipe_table(text: str) -> bool:
    for row in _DELIMITER_ROW.finditer(text):
        above = text[: row.start()].rstrip("\r\n").rpartition("\n")[2]
        if "|" in row.group() and "|" in above.strip().strip("|"):
            return True
    return False
