"""Markdown: headings, pipe tables and pasted HTML tables, all by their places in the text as read.

The text is not rewritten: blocks and cells leave the marks around them out (``## ``, ``**``, bars), so that offsets
point into the file; marks inside a paragraph stay, and the normalised view folds them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from gxnlp.document import Block, Cell, Document, Notice, Table
from gxnlp.reading.assembly import assemble, make_source
from gxnlp.reading.html_tables import places_in_grid
from gxnlp.reading.text import blocks_of

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"[ \t]{0,3}(?:=+|-{3,})[ \t]*$")
_DELIMITER = re.compile(r"[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$")
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_BAR = re.compile(r"(?<!\\)\|")
_HTML_TABLE = re.compile(r"<table\b.*?(?:</table\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>", re.IGNORECASE)
_AROUND = re.compile(r"\s+|</?[a-z][^<>]*>|\*\*|__", re.IGNORECASE)
_BLOCK_START = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t]))[ \t]*)*(?:\*\*|__)?")
_BLOCK_END = re.compile(r"(?:\*\*|__)$")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")


def read_markdown(
    text: str, data: bytes, name: str, *, encoding: str | None = None, notices: tuple[Notice, ...] = ()
) -> Document:
    """Read a Markdown text.

    Args:
        text: The text as read, without byte order mark.
        data: The bytes it was decoded from.
        name: The path as given, ``-``, ``<bytes>`` or ``<text>``.
        encoding: The codec it was decoded with; None for a string.
        notices: What decoding had to say.

    Raises:
        ReadError: With category ``no_text`` where there is nothing but furniture.
    """
    source = make_source(data, name=name, format="markdown", encoding=encoding, characters=len(text))
    blocks: list[Block] = []
    tables: list[Table] = []
    position = 0
    for match in [*_HTML_TABLE.finditer(text), None]:
        _read_stretch(text, position, match.start() if match else len(text), blocks, tables)
        if match:
            table = _html_table(text, match.start(), match.end())
            if table:
                tables.append(table)
            position = match.end()
    return assemble(text, blocks, tables, source, name, notices=notices)


def _read_stretch(text: str, start: int, end: int, blocks: list[Block], tables: list[Table]) -> None:
    """Read a stretch without HTML tables: lines up to the next heading or table are prose."""
    lines = [(m.start(), min(m.end(), end)) for m in _LINE.finditer(text, start, end) if m.start() < end]
    contents = [text[a:b].rstrip("\r\n") for a, b in lines]
    prose = start
    i = 0
    while i < len(lines):
        taken = 1
        heading = _heading(text, lines[i][0], contents, i)
        table = None if heading else _pipe_table(lines, contents, i)
        if heading or table or _FENCE.match(contents[i]):
            blocks += _prose(text, prose, lines[i][0])
            if heading:
                block, taken = heading
                blocks.append(block)
            elif table:
                tables.append(table[0])
                taken = table[1]
            prose = lines[i + taken - 1][1]
        i += taken
    blocks += _prose(text, prose, end)


def _heading(text: str, at: int, contents: list[str], i: int) -> tuple[Block, int] | None:
    """The heading that begins at line ``i``, with the number of its lines."""
    match = _HEADING.match(contents[i])
    if match:
        content = contents[i].rstrip().rstrip("#")
        start, end = _inner(text, at + match.end(), at + len(content))
        return (Block("heading", start, end), 1) if start < end else None
    underlined = i + 1 < len(contents) and contents[i].strip() and _UNDERLINE.match(contents[i + 1])
    if underlined and "|" not in contents[i] and len(contents[i].strip()) <= 60:
        start, end = _inner(text, at, at + len(contents[i]))
        return (Block("heading", start, end), 2) if start < end else None
    return None


def _pipe_table(lines: list[tuple[int, int]], contents: list[str], i: int) -> tuple[Table, int] | None:
    """The pipe table whose header is line ``i``, with the number of its lines; the delimiter row is no row of it."""
    if i + 1 >= len(lines) or "|" not in contents[i] or "|" not in contents[i + 1]:
        return None
    if not _DELIMITER.match(contents[i + 1]):
        return None
    last = i + 2
    while last < len(lines) and "|" in contents[last]:
        last += 1
    rows = [k for k in (i, *range(i + 2, last)) if not _DELIMITER.match(contents[k])]
    cells = [cell for row, k in enumerate(rows) for cell in _pipe_cells(contents[k], lines[k][0], row)]
    if not cells:
        return None
    return Table("grid", tuple(cells), cells[0].start, cells[-1].end), last - i


def _pipe_cells(line: str, at: int, row: int) -> Iterator[Cell]:
    bars = [match.start() for match in _BAR.finditer(line)]
    bounds = [-1, *bars, len(line)]
    spans = [(a + 1, b) for a, b in pairwise(bounds)]
    if not line[: bars[0]].strip():
        spans = spans[1:]
    if len(spans) > 1 and not line[bars[-1] + 1 :].strip():
        spans = spans[:-1]
    for column, (a, b) in enumerate(spans):
        start, end = _inner(line, a, b)
        yield Cell(line[start:end], at + start, at + end, row, column)


def _html_table(text: str, start: int, end: int) -> Table | None:
    rows: list[list[tuple[int, int, str]]] = []
    opened: tuple[int, str] | None = None
    for tag in _TAG.finditer(text, start, end):
        closing, name = tag.group(1), tag.group(2).lower()
        if opened and rows:
            rows[-1].append((*_inner(text, opened[0], tag.start()), opened[1]))
            opened = None
        if not closing and name == "tr":
            rows.append([])
        elif not closing and name in ("td", "th"):
            rows = rows or [[]]
            opened = (tag.end(), tag.group(3))
    spans = [[(_attribute(cell[2], "rowspan"), _attribute(cell[2], "colspan")) for cell in row] for row in rows]
    cells = tuple(
        Cell(text[a:b], a, b, *place)
        for row, places in zip(rows, places_in_grid(spans), strict=True)
        for (a, b, _), place in zip(row, places, strict=True)
    )
    if not any(cell.text for cell in cells):
        return None
    return Table("grid", cells, cells[0].start, cells[-1].end)


def _attribute(attributes: str, name: str) -> str | None:
    match = re.search(rf"{name}\s*=\s*[\"']?\s*(\d+)", attributes, re.IGNORECASE)
    return match.group(1) if match else None


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks, emphasis and tags around it; an empty one stands at the first of them."""
    first = start
    while (match := _AROUND.match(text, start, end)) and match.end() > start:
        start = match.end()
    while end > start:
        kept = start + len(text[start:end].rstrip())
        tag = text.rfind("<", start, kept) if text.startswith(">", kept - 1) else -1
        if tag >= 0 and _AROUND.fullmatch(text, tag, kept):
            kept = tag
        elif text.endswith(("**", "__"), start, kept):
            kept -= 2
        if kept == end:
            break
        end = kept
    return (start, end) if end > start else (first, first)


def _prose(text: str, start: int, end: int) -> Iterator[Block]:
    for block in blocks_of(text, start, end):
        content = text[block.start : block.end]
        if block.kind == "furniture" or _PICTURE.fullmatch(content):
            yield Block("furniture", block.start, block.end)
            continue
        opening, closing = _BLOCK_START.match(content), _BLOCK_END.search(content)
        a = block.start + (opening.end() if opening else 0)
        b = block.end - (closing.end() - closing.start() if closing else 0)
        if a < b:
            yield Block(block.kind, a, b)
