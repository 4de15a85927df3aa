"""The network learns: transformers' Trainer, scored as a tagger on the reports held out."""

from __future__ import annotations

import hashlib
import json
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from gxnlp.figures.backends import Array, Scores
from gxnlp.figures.network import FigureTagger
from gxnlp.figures.tagger import MODEL_FORMAT, Tagger, TaggerSettings
from gxnlp.figures.windows import WindowShape
from gxnlp.training.config import LearningConfig
from gxnlp.training.evaluate import Row, evaluate_narratives
from gxnlp.training.examples import Augmentation, Collator, Example
from gxnlp.training.starts import Start

PIECE = 16
"""Candidates of a long report that are learnt in one piece; its text stays whole around them."""
_F1 = "eval_f1"


def label_pairs(examples: Sequence[Example], least: int = 3) -> list[tuple[str, str]]:
    """Return the pairs of labels that spans of the training data bear together at least so often."""
    pairs = Counter(
        pair for example in examples for target in example.targets for pair in combinations(sorted(target.labels), 2)
    )
    return sorted(pair for pair, count in pairs.items() if count >= least)


def in_pieces(examples: Sequence[Example], size: int = PIECE) -> list[Example]:
    """Part examples of whole reports, so that batches take about the same memory and time; no candidate is lost."""
    pieces = []
    for example in examples:
        for at in range(0, max(1, len(example.targets)), size):
            missed = example.missed if at == 0 else 0
            pieces.append(replace(example, targets=example.targets[at : at + size], missed=missed))
    return pieces


def settings_of(learning: LearningConfig, start: Start, examples: Sequence[Example]) -> TaggerSettings:
    """Return the settings of the tagger to be: those of the start, and the pairs of labels that the data has, too."""
    before = start.settings.together if start.settings is not None and start.continued else frozenset()
    return TaggerSettings(
        labels=start.labels,
        together=before | frozenset(label_pairs(examples)),
        shape=WindowShape(learning.left, learning.right, learning.limit),
    )


class ModuleBackend:
    """Runs a network that is in memory, in full precision, on the device it is on."""

    batch = 16
    workers = 1

    def __init__(self, model: FigureTagger) -> None:
        self._model = model

    def run(self, inputs: dict[str, Array]) -> Scores:
        """Run one batch; see :class:`gxnlp.figures.backends.Backend`."""
        self._model.eval()
        device = self._model.device
        with torch.inference_mode():
            output = self._model(**{name: torch.from_numpy(array).to(device) for name, array in inputs.items()})
        labels, periods, top, starts, ends = (
            np.asarray(output[name].float().cpu().numpy())
            for name in ("labels", "periods", "top", "subject_starts", "subject_ends")
        )
        return labels, periods, top.astype(np.int64), starts, ends


class _Examples(torch.utils.data.Dataset[Example]):
    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


class TaggerTrainer(Trainer):
    """Learns at two rates, the heads' being the faster, and scores what is held out as a tagger does."""

    head_rate: float
    held_out: Sequence[Row] = ()
    tagger: Tagger | None = None
    optimizer: torch.optim.Optimizer | None
    control: Any

    def create_optimizer(self, *_: Any) -> torch.optim.Optimizer:
        """Return AdamW: the encoder is pretrained, the heads may not be."""
        if self.optimizer is None:
            encoder = [p for n, p in self.model.named_parameters() if n.startswith("bert.")]
            heads = [p for n, p in self.model.named_parameters() if not n.startswith("bert.")]
            groups = [{"params": encoder, "lr": self.args.learning_rate}, {"params": heads, "lr": self.head_rate}]
            self.optimizer = torch.optim.AdamW(groups, weight_decay=self.args.weight_decay)
        return self.optimizer

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Return F1 on label and value over the narratives held out, as ``eval_f1``."""
        assert self.tagger is not None  # noqa: S101 - make_trainer sets it where evaluation is on
        metrics = {_F1: evaluate_narratives(self.tagger, self.held_out).scores["label and value"].f1}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def make_trainer(
    learning: LearningConfig,
    start: Start,
    examples: Sequence[Example],
    checkpoints: Path,
    *,
    epochs: float,
    rates: tuple[float, float],
    save_steps: int,
    half: bool = True,
    held_out: Sequence[Row] = (),
    settings: TaggerSettings | None = None,
    patience: int = 0,
    callbacks: Sequence[TrainerCallback] = (),
) -> TaggerTrainer:
    """Make the trainer of a network.

    Args:
        learning: How to learn.
        start: What to train; the network in it is changed.
        examples: What to learn from.
        checkpoints: Where to keep checkpoints.
        epochs: How often to see each example.
        rates: Learning rates of encoder and heads.
        save_steps: Steps between checkpoints, and between evaluations where there are any.
        half: Multiply in bfloat16.
        held_out: Narratives of the stand-off form to score; empty for no evaluation.
        settings: Labels and thresholds of the tagger that is scored; needed with ``held_out``.
        patience: Stop after so many evaluations without a better F1; the best checkpoint's weights are kept.
        callbacks: What else watches.
    """
    steps = epochs * len(examples) / learning.narratives_per_batch
    evaluation: dict[str, Any] = {}
    if held_out:
        evaluation = {
            "eval_strategy": "steps", "eval_steps": save_steps, "load_best_model_at_end": True,
            "metric_for_best_model": _F1, "greater_is_better": True,
        }  # fmt: skip
        callbacks = [*callbacks, EarlyStoppingCallback(patience)]
    shape = WindowShape(learning.left, learning.right, learning.limit)
    augmentation = Augmentation() if learning.augment else None
    trainer = TaggerTrainer(
        model=start.model,
        args=TrainingArguments(
            output_dir=str(checkpoints),
            num_train_epochs=epochs,
            per_device_train_batch_size=learning.narratives_per_batch,
            learning_rate=rates[0],
            warmup_steps=int(learning.warmup * steps),
            lr_scheduler_type="cosine",
            weight_decay=learning.weight_decay,
            bf16=half,
            use_cpu=not torch.cuda.is_available(),
            seed=learning.seed,
            logging_steps=50,
            save_strategy="steps",
            save_steps=save_steps,
            save_total_limit=1,
            remove_unused_columns=False,
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
            **evaluation,
        ),
        train_dataset=_Examples(examples),
        eval_dataset=list(held_out) or None,
        data_collator=Collator(start.vocabulary, start.labels, shape, augmentation, learning.seed),
        callbacks=list(callbacks),
    )
    trainer.head_rate = rates[1]
    if callbacks:
        trainer.remove_callback(PrinterCallback)  # they tell what is worth telling
    if held_out and settings is not None:
        trainer.held_out = held_out
        trainer.tagger = Tagger(ModuleBackend(start.model), start.vocabulary, settings)
    return trainer


def last_checkpoint(folder: Path) -> str | None:
    """Return the newest whole checkpoint of a run; what a kill left half-written is removed."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    for path in found:
        try:
            json.loads((path / "trainer_state.json").read_text("utf-8"))  # the Trainer writes it last
        except (OSError, ValueError):
            shutil.rmtree(path)
        else:
            return str(path)
    return None


def measure_step(start: Start, learning: LearningConfig, examples: Sequence[Example], *, half: bool) -> float:
    """Return how many seconds a training step takes on this device: the median of a few that change nothing."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = start.model.to(device).train()
    shape = WindowShape(learning.left, learning.right, learning.limit)
    collate = Collator(start.vocabulary, start.labels, shape, None)
    size = learning.narratives_per_batch
    places = np.linspace(0, max(0, len(examples) - size), 4).astype(int)
    seconds = []
    with torch.random.fork_rng():
        for place in places:
            batch = {name: tensor.to(device) for name, tensor in collate(examples[place : place + size]).items()}
            began = time.perf_counter()
            with torch.autocast(device.type, torch.bfloat16, enabled=half):
                loss = model(**batch).loss
            loss.backward()
            if device.type == "cuda":
                torch.cuda.synchronize()
            seconds.append(time.perf_counter() - began)
            model.zero_grad(set_to_none=True)
    return statistics.median(seconds[1:])  # the first one also warms up


def save_tagger(start: Start, settings: TaggerSettings, folder: Path) -> None:
    """Write weights, configuration, characters and settings."""
    start.model.save_pretrained(folder)
    start.vocabulary.save(folder / "vocab.txt")
    write_settings(settings, folder)


def write_settings(settings: TaggerSettings, folder: Path) -> None:
    """Write ``tagger.json``."""
    shape = settings.shape
    data = {
        "format": MODEL_FORMAT,
        "labels": list(settings.labels),
        "temperature": settings.temperature,
        "threshold": settings.threshold,
        "second": settings.second,
        "together": [list(pair) for pair in sorted(settings.together)],
        "shape": {"left": shape.left, "right": shape.right, "limit": shape.limit},
    }
    (folder / "tagger.json").write_text(json.dumps(data, indent=1) + "\n", "utf-8")


def counts_of(examples: Sequence[Example]) -> dict[str, int]:
    """Return the sizes that a recipe records."""
    return {
        "figures": sum(len(t.labels) for e in examples for t in e.targets),
        "figures_not_offered_by_the_grammar": sum(e.missed for e in examples),
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
