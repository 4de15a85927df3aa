"""``gxnlp evaluate``: what a tagger is worth on annotated reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gxnlp.cli.convert import FORMAT_NAMES
from gxnlp.cli.output import opened


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder of a tagger; - is the one that ships.")],
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Annotated reports it was not trained on, in any format.")
    ],
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all of it as JSON.")] = None,
    as_html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots and errors in context.")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Print every error in its context.")] = False,
    data_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"Format of the data: {FORMAT_NAMES}.")
    ] = None,
    device: Annotated[str, typer.Option(metavar="DEVICE", help="cpu, or cuda with the gpu extra.")] = "cpu",
) -> None:
    """Score a tagger: strict F1 by span, label and value, by label, confusions, calibration.

    A figure counts as right only if its whole span (or value) and its label are.
    """
    from gxnlp.figures.tagger import Tagger
    from gxnlp.training.evaluate import evaluate_narratives, load_narratives

    for out in (as_json, as_html):
        if out is not None and not out.parent.is_dir():
            raise typer.BadParameter(f"there is no folder {out.parent}", param_hint=str(out))
    rows = load_narratives(data, data_format)
    tagger = Tagger.load(None if model == "-" else model, device=device)
    evaluation = evaluate_narratives(tagger, rows, curve=bool(as_json or as_html))
    if as_json:
        with opened(as_json) as file:
            file.write(json.dumps(evaluation.as_dict(), ensure_ascii=False, indent=1) + "\n")
    if as_html:
        from gxnlp.training.evaluation_page import render_evaluation

        name = "The tagger that ships" if model == "-" else model
        page = render_evaluation(evaluation, model=name, data=", ".join(path.name for path in data))
        with opened(as_html) as file:
            file.write(page)
    typer.echo("\n".join(evaluation.lines()))
    if errors:
        typer.echo("\n".join(map(str, evaluation.errors)))
