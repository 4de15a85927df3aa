"""``gxnlp panel``: records of many reports in, a panel out."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gxnlp.cli.output import complain


class TableFormat(StrEnum):
    """What the tables are written as."""

    BOTH = "both"
    PARQUET = "parquet"
    CSV = "csv"


def panel(
    records: Annotated[list[Path], typer.Argument(metavar="RECORDS...", help="Records as extract -o x.jsonl writes.")],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Folder to write; an older panel goes.")],
    table_format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="What the tables are written as.")
    ] = TableFormat.BOTH,
    texts: Annotated[
        bool, typer.Option("--texts/--no-texts", help="Read source files again, to tell what text was repeated.")
    ] = True,
) -> None:
    """Turn records into a panel: body x year x indicator, checked over the years.

    Writes the long and the wide panel, which version of a report was chosen and why, coverage, checks over the years,
    and summary.html with plots. Lines that are no records are named and set aside; the exit code is 1 then.
    """
    from gxnlp.errors import ConfigError
    from gxnlp.panel import PanelSettings, read_panel
    from gxnlp.panel.summary import summarise, summary_lines
    from gxnlp.panel.writing import PanelFormat, check_folder, write_panel

    try:
        check_folder(out)
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint="--output") from error
    built = read_panel(*records, settings=PanelSettings(texts=texts))
    try:
        write_panel(built, out, format=PanelFormat(table_format.value))
    except OSError as error:
        complain(f"{out}: {error.strerror or error}")
        raise typer.Exit(1) from error
    for line in built.errors:
        complain(str(line))
    typer.echo("\n".join(summary_lines(summarise(built))))
    if built.errors:
        raise typer.Exit(1)
