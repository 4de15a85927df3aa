"""``gxnlp train``: annotated reports in, a tagger out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gxnlp.cli.convert import FORMAT_NAMES
from gxnlp.errors import ConfigError, MissingExtraError


def train(
    data: Annotated[
        list[Path],
        typer.Argument(metavar="DATA...", help="Annotated reports in any format, or a folder saved by `datasets`."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the model to make.")],
    start: Annotated[
        str,
        typer.Option(metavar="ours|NAME|DIR", help="Ours, a folder, or any encoder of Hugging Face's by name."),
    ] = "ours",
    instead: Annotated[
        bool, typer.Option("--instead", help="Instead of ours: a fresh head, with the labels of the data alone.")
    ] = False,
    held_out: Annotated[
        list[Path] | None,
        typer.Option("--held-out", metavar="FILE", help="Reports to stop and score by. Default: bodies of the data."),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Narratives to mix in. Default: ours, in a source checkout.")
    ] = None,
    replay: Annotated[
        float | None, typer.Option(metavar="N", help="Figures to mix in for each figure of the data. [default: 1]")
    ] = None,
    epochs: Annotated[float | None, typer.Option(metavar="N", help="At most so many. [default: 8]")] = None,
    patience: Annotated[
        int | None, typer.Option(metavar="N", help="Stop after so many evaluations without gain. [default: 3]")
    ] = None,
    rate: Annotated[float | None, typer.Option(metavar="RATE", help="Learning rate of the encoder.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="[default: 1]")] = None,
    data_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"Format of the data: {FORMAT_NAMES}.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings as JSON; what is said here goes before them.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate/--no-calibrate", help="Fit the temperature of the scores.")
    ] = True,
) -> None:
    """Train a tagger on annotated reports, on top of ours or instead of it.

    Give the same command again after a kill, and it goes on. The folder made is for `gxnlp extract --model DIR`; its
    README.md says what it is worth on reports held out.
    """
    try:
        from gxnlp.training.config import FineTuningConfig, make_config
        from gxnlp.training.finetune import finetune
    except ImportError as error:
        raise MissingExtraError("training", "train") from error

    given: dict[str, Any] = {
        "start": start if start != "ours" else None, "instead": instead or None, "held_out": held_out, "corpus": corpus,
        "replay": replay, "epochs": epochs, "patience": patience, "rate": rate, "seed": seed, "format": data_format,
        "calibrate": None if calibrate else False,
    }  # fmt: skip
    settings = _read(config) if config else {}
    settings |= {key: value for key, value in given.items() if value is not None}
    made = finetune(
        make_config(FineTuningConfig, {**settings, "data": data, "output": output}, str(config or "train")),
        say=lambda line: typer.echo(line, err=True),
    )
    made.check.require(made.folder)
    typer.echo(made.folder)


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: no settings as JSON ({error})") from error
    if not isinstance(settings, dict):
        raise ConfigError(f"{path}: settings are an object of names and values")
    return settings
