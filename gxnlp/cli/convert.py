"""``gxnlp convert``: annotated narratives from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FORMAT_NAMES = "jsonl, inline, labelstudio, labelstudio-predictions, doccano, doccano-characters, brat, conll, docbin"
"""Spelt out here so that the command line need not load the formats for its help."""


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="File or folder to read.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="File or, for brat, folder to write.")],
    source_format: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help=f"One of {FORMAT_NAMES}. Default: by suffix.")
    ] = None,
    target_format: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="The same for OUT.", show_default=False)
    ] = None,
) -> None:
    """Convert annotated narratives between formats, without loss of offsets.

    Suffixes that tell the format: .txt (inline), .json (labelstudio), .conll .bio, .spacy. A span that does not fit its
    text is an error that names file, record and cause; nothing is written then.
    """
    from gxnlp.training.formats import find_format, read_rows, write_rows

    if source.resolve() == target.resolve():
        raise typer.BadParameter("it is the input", param_hint="OUT")
    if not target.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {target.parent}", param_hint="OUT")
    find_format(target, target_format)  # before the work of reading
    rows = read_rows(source, source_format)
    write_rows(rows, target, target_format)
    figures = sum(len(row["figures"]) for row in rows)
    typer.echo(f"{target}: {len(rows)} narratives, {figures} figures", err=True)
