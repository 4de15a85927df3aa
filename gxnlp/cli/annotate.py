"""``gxnlp annotate``: reports in, annotated by a tagger for people to correct."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gxnlp.cli.extract import InputFormat
from gxnlp.cli.output import complain


class Tool(StrEnum):
    """Where people correct."""

    LABELSTUDIO = "labelstudio"
    DOCCANO = "doccano"
    INLINE = "inline"


class Order(StrEnum):
    """What tells how certain a report is."""

    MEAN = "mean"
    LOWEST = "lowest"


def annotate(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORTS...", help="Reports in any format that is read.")],
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write, for the tool to import.")],
    tool: Annotated[Tool, typer.Option("--to", help="The tool; inline is our own authoring format.")],
    model: Annotated[
        Path | None, typer.Option("--model", metavar="DIR", help="Folder of a tagger instead of the one that ships.")
    ] = None,
    order: Annotated[
        Order,
        typer.Option("--by", help="The mean of a report's margins, or the lowest of them; the least comes first."),
    ] = Order.MEAN,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", min=1, help="Only the N least certain reports.")
    ] = None,
    interface: Annotated[
        Path | None,
        typer.Option("--interface", metavar="FILE", help="Write Label Studio's labeling interface (XML), too."),
    ] = None,
    input_format: Annotated[
        InputFormat | None, typer.Option("--from", help="Format of the reports, where it must not be guessed.")
    ] = None,
) -> None:
    """Annotate the prose of whole reports for people to correct, the least certain reports first.

    A candidate's margin is the distance between the probabilities of its two likeliest readings. What people have
    corrected comes back by `gxnlp convert`, or goes to `gxnlp train` as it is.
    """
    from gxnlp.figures.tagger import Tagger
    from gxnlp.training.annotate import Certainty, annotate_reports, without_unwritable_subjects
    from gxnlp.training.formats import write_rows
    from gxnlp.training.formats.labelstudio import labeling_config

    for path in filter(None, (out, interface)):
        if not path.parent.is_dir():
            raise typer.BadParameter(f"there is no folder {path.parent}", param_hint=str(path))
    if any(path.resolve() == out.resolve() for path in reports):
        raise typer.BadParameter("it is one of the reports", param_hint="--output")
    tagger = Tagger.load(model)
    failures: list[str] = []

    def set_aside(error: Exception) -> None:
        failures.append(str(error))
        complain(str(error))

    rows = annotate_reports(
        tagger, reports, certainty=Certainty(order.value), failed=set_aside,
        format=input_format.value if input_format else None,
    )[:most]  # fmt: skip
    if rows:
        if tool is Tool.INLINE:
            rows = without_unwritable_subjects(rows)
        name = "labelstudio-predictions" if tool is Tool.LABELSTUDIO else tool.value
        write_rows(rows, out, name)
        if interface is not None:
            interface.write_text(labeling_config(tagger.settings.labels), "utf-8")
        figures = sum(len(row["figures"]) for row in rows)
        ends = f"{rows[0]['certainty']:.2f} to {rows[-1]['certainty']:.2f}"
        typer.echo(f"{out}: {len(rows)} reports, {figures} figures, {order.value} margin {ends}", err=True)
    if failures:
        raise typer.Exit(1)
