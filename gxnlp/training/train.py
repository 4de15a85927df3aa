"""Our own runs: a recipe's configuration in, a tagger out. Users' runs are :mod:`gxnlp.training.finetune`."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from transformers import set_seed

from gxnlp import __version__
from gxnlp.figures.labels import load_labels
from gxnlp.training.config import TrainingConfig
from gxnlp.training.examples import make_example
from gxnlp.training.learning import counts_of, file_hash, last_checkpoint, make_trainer, save_tagger, settings_of
from gxnlp.training.standoff import read_jsonl
from gxnlp.training.starts import load_start

__all__ = ["TrainingConfig", "fold_of", "split_by_body", "train", "versions"]


def fold_of(agency: str, folds: int) -> int:
    """Return the fold of a body: a hash of its name, so that it never changes when the corpus grows."""
    return int(hashlib.sha256(agency.encode()).hexdigest(), 16) % folds


def split_by_body(
    rows: Sequence[dict[str, Any]], folds: int, fold: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return training and held-out narratives; no body is on both sides."""
    if fold is None:
        return list(rows), []
    held_out = [r for r in rows if fold_of(r.get("agency") or r["id"], folds) == fold]
    return [r for r in rows if fold_of(r.get("agency") or r["id"], folds) != fold], held_out


def versions() -> dict[str, str]:
    """Return the versions that a recipe records."""
    return {name: version(name) for name in ("torch", "transformers")} | {
        "gxnlp": __version__,
        "python": platform.python_version(),
    }


def train(config: TrainingConfig) -> Path:
    """Train a tagger and write it to ``config.output``; a run that was killed goes on from its last checkpoint.

    Returns:
        The folder with ``model.safetensors``, ``config.json``, ``vocab.txt``, ``tagger.json`` and ``recipe.json``.

    Raises:
        AnnotationError: The data is not of the stand-off form.
        ModelError: There is nothing to start from.
    """
    set_seed(config.seed)
    rows = [row for path in config.data for row in read_jsonl(path)]
    chosen, _ = split_by_body(rows, config.folds, config.fold)
    examples = [make_example(row) for row in chosen]
    start = load_start(str(config.start), config, labels=list(load_labels()), random=config.random)
    checkpoints = config.output / "checkpoints"
    trainer = make_trainer(
        config, start, examples, checkpoints,
        epochs=config.epochs, rates=(config.rate, config.head_rate), save_steps=config.save_steps,
    )  # fmt: skip
    began = time.time()
    trainer.train(resume_from_checkpoint=last_checkpoint(checkpoints))
    save_tagger(start, settings_of(config, start, examples), config.output)
    recipe = {
        "config": json.loads(config.model_dump_json()),
        "start": start.recipe,
        "data_sha256": {path.name: file_hash(path) for path in config.data},
        "narratives": len(examples),
        **counts_of(examples),
        "minutes": round((time.time() - began) / 60, 1),
        "versions": versions(),
    }
    (config.output / "recipe.json").write_text(json.dumps(recipe, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return config.output
