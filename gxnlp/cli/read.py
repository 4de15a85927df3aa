"""``gxnlp read``: what the reader saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gxnlp.cli.extract import InputFormat
from gxnlp.cli.output import opened

if TYPE_CHECKING:
    from gxnlp.document import Document

_EXCERPT = 72


class ReadFormat(StrEnum):
    """How a document is shown."""

    OUTLINE = "outline"
    JSON = "json"
    TEXT = "text"


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def _outline(document: Document) -> Iterator[str]:
    source = document.source
    told = [source.format, source.encoding or "", f"{source.pages} pages" if source.pages else ""]
    yield f"{source.path or 'text'}: {', '.join(filter(None, told))}, {source.characters} characters"
    if document.title:
        yield f"title: {document.title}"
    yield ""
    items: list[tuple[int, int, str]] = [
        (s.start, -1, f"{s.start:>7} {s.end:>7}  section {s.kind}: {_excerpt(s.title) or '(no title)'}")
        for s in document.sections
    ]
    for block in document.blocks:
        page = f" p. {block.page}" if block.page else ""
        words = _excerpt(document.text[block.start : block.end])
        items.append((block.start, 0, f"{block.start:>7} {block.end:>7}    {block.kind}{page}: {words}"))
    for table in document.tables:
        size = f"{table.rows} rows, {table.columns} columns" if table.layout == "grid" else f"{len(table.cells)} cells"
        words = _excerpt(" | ".join(c.text for c in table.cells[:12]))
        items.append((table.start, 0, f"{table.start:>7} {table.end:>7}    {table.layout} table, {size}: {words}"))
    for _, _, line in sorted(items, key=lambda item: item[:2]):
        yield line
    for notice in document.notices:
        yield f"notice {notice.code}: {notice.message}"


def read(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A report; - is standard input.")],
    read_format: Annotated[
        ReadFormat,
        typer.Option("--format", "-f", help="An outline, all of it as JSON, or the text that offsets count."),
    ] = ReadFormat.OUTLINE,
    input_format: Annotated[
        InputFormat | None, typer.Option("--from", help="Format of the report, where it must not be guessed.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--output", "-o", metavar="OUT", help="Write to a file.")] = None,
) -> None:
    """Show what the reader saw: sections, blocks and tables with their places."""
    from gxnlp.reading import read as read_report

    source = file if file == "-" else Path(file)
    document = read_report(source, format=input_format.value if input_format else None)
    with opened(out) as stream:
        match read_format:
            case ReadFormat.TEXT:
                stream.write(document.text)
            case ReadFormat.JSON:
                import json

                json.dump(asdict(document), stream, ensure_ascii=False, indent=2)
                stream.write("\n")
            case ReadFormat.OUTLINE:
                stream.writelines(f"{line}\n" for line in _outline(document))
