"""What is written of a fine-tuning: its recipe, and the card that says what the model is worth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from datasets import DatasetDict
from jinja2 import Environment, PackageLoader, StrictUndefined

from gxnlp.figures.tagger import TaggerSettings
from gxnlp.training.calibration import calibration_error, reliability
from gxnlp.training.config import FineTuningConfig
from gxnlp.training.data import HELD_OUT, TRAIN, as_dataset, body_of, digest, shared_bodies
from gxnlp.training.device import device_name
from gxnlp.training.evaluate import Evaluation
from gxnlp.training.examples import Example
from gxnlp.training.export import ExportCheck
from gxnlp.training.formats.rows import Row
from gxnlp.training.learning import counts_of, file_hash
from gxnlp.training.progress import in_words
from gxnlp.training.starts import Start, start_folder
from gxnlp.training.train import versions

_THIN = 5
"""Figures held out of a label below which its score says little."""


@dataclass(frozen=True, slots=True)
class Run:
    """All that a fine-tuning has used and made.

    Attributes:
        config: Its settings.
        data: The reports, ``train`` and ``held_out``.
        replay: Our narratives mixed in.
        start: What it began from; the network in it is trained by now.
        examples: What it learnt from, in pieces.
        rates: Learning rates of encoder and heads.
        half: Whether it multiplied in bfloat16.
        settings: The tagger's settings as written.
        before: What the start was worth on the reports held out; None where its head was fresh.
        after: What the exported model is worth on them.
        check: What int8 costs on them.
        seconds: Seconds of training, over all runs.
        epochs: Epochs done.
        steps: Steps done.
        best_step: The step whose weights were kept.
    """

    config: FineTuningConfig
    data: DatasetDict
    replay: Sequence[Row]
    start: Start
    examples: Sequence[Example]
    rates: tuple[float, float]
    half: bool
    settings: TaggerSettings
    before: Evaluation | None
    after: Evaluation
    check: ExportCheck
    seconds: float
    epochs: float
    steps: int
    best_step: int | None


def size_of(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return how many reports, bodies and figures there are, under a name."""
    return {
        "name": name,
        "reports": len(rows),
        "bodies": len(set(map(body_of, rows))),
        "figures": sum(len(row["figures"]) for row in rows),
    }


def recipe_of(run: Run) -> dict[str, Any]:
    """Return what one needs to know to make the model again."""
    folder = start_folder(run.start.name)
    weights = folder / "model.safetensors" if folder else None
    before = run.before and round(run.before.scores["label and value"].f1, 4)
    return {
        "config": json.loads(run.config.model_dump_json()),
        "start": run.start.recipe,
        "start_sha256": file_hash(weights) if weights and weights.is_file() else None,
        "data_sha256": {side: digest(part) for side, part in run.data.items()},
        "replay_sha256": digest(as_dataset(run.replay)) if run.replay else None,
        "rates": list(run.rates),
        "narratives": {**{side: len(part) for side, part in run.data.items()}, "replay": len(run.replay)},
        **counts_of(run.examples),
        "epochs": run.epochs,
        "steps": run.steps,
        "best_step": run.best_step,
        "f1": {"before": before, "float32": round(run.check.full.f1, 4), "int8": round(run.check.int8.f1, 4)},
        "minutes": round(run.seconds / 60, 1),
        "device": device_name(),
        "bfloat16": run.half,
        "versions": versions(),
    }


def render_card(run: Run) -> str:
    """Return the model card as Markdown."""
    rows, held_out = run.data[TRAIN].to_list(), run.data[HELD_OUT].to_list()
    learnt = {figure["label"] for row in (*rows, *run.replay) for figure in row["figures"]}
    encoder = run.start.model.config
    template = Environment(
        loader=PackageLoader("gxnlp.training"),
        undefined=StrictUndefined,  # a fact that is missing is an error, not a gap
        autoescape=False,  # noqa: S701 - Markdown
    ).get_template("card.md.j2")
    card = template.render(
        run=run,
        check=run.check,
        before=run.before,
        after=run.after,
        matched=run.after.scores["label and span"].right,
        folder=run.config.output.resolve().name,
        date=date.today().isoformat(),
        versions=versions(),
        layers=getattr(encoder, "num_hidden_layers", None),
        encoder=encoder,
        weights=run.start.model.num_parameters(),
        data=[
            size_of("trained on", rows),
            *([size_of("of ours, mixed in", run.replay)] if run.replay else []),
            size_of("held out", held_out),
        ],
        shared=shared_bodies(run.data),
        missed=counts_of(run.examples)["figures_not_offered_by_the_grammar"],
        calibration_error=calibration_error(reliability(run.after.scored)),
        duration=in_words(run.seconds),
        device=device_name(),
        thin=[name for name, score in run.after.by_label.items() if 0 < score.gold < _THIN],
        unseen=[] if run.start.continued else [label for label in run.start.labels if label not in learnt],
    )
    return card.rstrip() + "\n"


def write_json(path: Path, content: object) -> None:
    """Write JSON, Chinese unescaped."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
