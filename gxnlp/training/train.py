"""Training the tagger with transformers' Trainer."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from transformers import BertConfig, Trainer, TrainingArguments, set_seed

from gxnlp import __version__
from gxnlp.figures.labels import load_labels
from gxnlp.figures.network import FigureTagger
from gxnlp.figures.tagger import MODEL_FORMAT
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.figures.windows import WindowShape
from gxnlp.training.examples import Augmentation, Collator, Example, make_example
from gxnlp.training.standoff import read_jsonl


class TrainingConfig(BaseModel):
    """Settings of one training run; a recipe in ``training/`` is one of these as JSON."""

    model_config = ConfigDict(extra="forbid")

    start: Path
    """Folder of the encoder (or tagger) to start from, with its ``vocab.txt``."""
    data: list[Path]
    """Annotated narratives as stand-off JSONL."""
    output: Path
    epochs: float = 14
    narratives_per_batch: int = 4
    rate: float = 1.5e-4
    head_rate: float = 6e-4
    warmup: float = 0.08
    weight_decay: float = 0.01
    dropout: float = 0.1
    head_dropout: float = 0.2
    label_smoothing: float = 0.02
    augment: bool = True
    random: bool = False
    """Forget the start's weights: the baseline without pretraining."""
    left: int = 128
    right: int = 32
    limit: int = 256
    folds: int = 5
    fold: int | None = None
    """Hold this fold of bodies out (0-based); None trains on everything."""
    seed: int = 1
    save_steps: int = 200


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


def label_pairs(examples: Sequence[Example], least: int = 3) -> list[tuple[str, str]]:
    """Return the pairs of labels that spans of the training data bear together at least so often."""
    pairs = Counter(
        pair for example in examples for target in example.targets for pair in combinations(sorted(target.labels), 2)
    )
    return sorted(pair for pair, count in pairs.items() if count >= least)


class _Examples(torch.utils.data.Dataset[Example]):
    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


class _TwoRates(Trainer):
    """The encoder is pretrained, the heads are not: they learn at a faster rate."""

    head_rate: float

    optimizer: torch.optim.Optimizer | None

    def create_optimizer(self, *_: Any) -> torch.optim.Optimizer:
        if self.optimizer is None:
            encoder = [p for n, p in self.model.named_parameters() if n.startswith("bert.")]
            heads = [p for n, p in self.model.named_parameters() if not n.startswith("bert.")]
            groups = [{"params": encoder, "lr": self.args.learning_rate}, {"params": heads, "lr": self.head_rate}]
            self.optimizer = torch.optim.AdamW(groups, weight_decay=self.args.weight_decay)
        return self.optimizer


def train(config: TrainingConfig) -> Path:
    """Train a tagger and write it to ``config.output``; a run that was killed goes on from its last checkpoint.

    Returns:
        The folder with ``model.safetensors``, ``config.json``, ``vocab.txt``, ``tagger.json`` and ``recipe.json``.
    """
    set_seed(config.seed)
    rows = [row for path in config.data for row in read_jsonl(path)]
    chosen, _ = split_by_body(rows, config.folds, config.fold)
    examples = [make_example(row) for row in chosen]
    vocabulary = Vocabulary.load(config.start / "vocab.txt")
    labels = list(load_labels())
    bert = BertConfig.from_pretrained(
        config.start, hidden_dropout_prob=config.dropout, attention_probs_dropout_prob=0.0
    )  # fmt: skip
    bert.figure_labels, bert.head_dropout, bert.label_smoothing = labels, config.head_dropout, config.label_smoothing
    cuda = torch.cuda.is_available()
    attention = "sdpa" if cuda else "eager"
    if config.random:
        bert._attn_implementation = attention
        model = FigureTagger(bert)
    else:
        model = FigureTagger.from_pretrained(config.start, config=bert, attn_implementation=attention)
    shape = WindowShape(config.left, config.right, config.limit)
    augmentation = Augmentation() if config.augment else None
    steps = config.epochs * len(examples) / config.narratives_per_batch
    trainer = _TwoRates(
        model=model,
        args=TrainingArguments(
            output_dir=str(config.output / "checkpoints"),
            num_train_epochs=config.epochs,
            per_device_train_batch_size=config.narratives_per_batch,
            learning_rate=config.rate,
            warmup_steps=int(config.warmup * steps),
            lr_scheduler_type="cosine",
            weight_decay=config.weight_decay,
            bf16=True,
            use_cpu=not cuda,
            seed=config.seed,
            logging_steps=50,
            save_steps=config.save_steps,
            save_total_limit=1,
            remove_unused_columns=False,
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=_Examples(examples),
        data_collator=Collator(vocabulary, labels, shape, augmentation, config.seed),
    )
    trainer.head_rate = config.head_rate
    began = time.time()
    checkpoints = config.output / "checkpoints"
    trainer.train(resume_from_checkpoint=any(checkpoints.glob("checkpoint-*")) if checkpoints.is_dir() else None)
    model.save_pretrained(config.output)
    vocabulary.save(config.output / "vocab.txt")
    settings = {
        "format": MODEL_FORMAT,
        "labels": labels,
        "temperature": 1.0,
        "threshold": 0.5,
        "second": 0.15,
        "together": label_pairs(examples),
        "shape": {"left": config.left, "right": config.right, "limit": config.limit},
    }
    (config.output / "tagger.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    start_recipe = config.start / "recipe.json"
    recipe = {
        "config": json.loads(config.model_dump_json()),
        "start": json.loads(start_recipe.read_text("utf-8")) if start_recipe.is_file() else None,
        "data_sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in config.data},
        "narratives": len(examples),
        "figures": sum(len(t.labels) for e in examples for t in e.targets),
        "figures_not_offered_by_the_grammar": sum(e.missed for e in examples),
        "minutes": round((time.time() - began) / 60, 1),
        "versions": {name: version(name) for name in ("torch", "transformers")}
        | {"gxnlp": __version__, "python": platform.python_version()},
    }
    (config.output / "recipe.json").write_text(json.dumps(recipe, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return config.output
