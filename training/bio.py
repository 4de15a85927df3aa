"""BIO tagging with constrained decoding: what the classification of candidate spans is compared with.

Same encoder, narratives, windows and augmentation; a tag for every character instead of a label for every candidate.
Where a figure begins and ends is then learnt, not given: the best path through the tags is taken on which an ``I-``
follows only what it goes on from. The grammar is left with what a span is worth. One span bears one label, and the
period is always the year's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import set_seed
from transformers.modeling_outputs import ModelOutput

from gxnlp.figures.backends import Array
from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.labels import load_labels
from gxnlp.figures.network import FigureTagger
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.figures.windows import Window, WindowShape, make_windows
from gxnlp.schema import Figure, Qualifier
from gxnlp.training.config import TrainingConfig
from gxnlp.training.examples import make_example
from gxnlp.training.learning import last_checkpoint, make_trainer
from gxnlp.training.standoff import read_jsonl
from gxnlp.training.starts import load_start
from gxnlp.training.train import split_by_body
from gxnlp.view import View

UNKNOWN = -100


@dataclass
class BioOutput(ModelOutput):
    """The loss, where targets were given, and (B, T, 2L + 1) scores of the tags: O, then B and I of each label."""

    loss: Tensor | None = None
    tags: Tensor | None = None


class BioNetwork(nn.Module):
    """A tag for every character on top of an encoder.

    Args:
        tagger: What brings the encoder and its settings; its heads are not used.
    """

    def __init__(self, tagger: FigureTagger) -> None:
        super().__init__()
        self.config = tagger.config
        self.bert = tagger.bert
        self.dropout = tagger.dropout
        self.tags = nn.Linear(tagger.config.hidden_size, 2 * len(tagger.config.figure_labels) + 1)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.tags.weight.device

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        rows: Tensor,
        starts: Tensor,
        ends: Tensor,
        label_targets: Tensor | None = None,
        **_: Any,
    ) -> BioOutput:
        """Score the tags; the places of candidates are used for targets alone."""
        tags = self.tags(self.dropout(self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state))
        if label_targets is None:
            return BioOutput(None, tags)
        targets = torch.full_like(input_ids, UNKNOWN)
        # From a window's first candidate to its last; the context around them is other windows' to learn.
        for row in rows.unique():
            own = rows == row
            targets[row, starts[own].min() : ends[own].max() + 1] = 0
        for row, start, end, label in zip(rows, starts, ends, label_targets.argmax(-1), strict=True):
            if label:
                targets[row, start : end + 1] = 2 * label
                targets[row, start] = 2 * label - 1
        loss = nn.functional.cross_entropy(
            tags.flatten(0, 1).float(), targets.flatten(), label_smoothing=self.config.label_smoothing
        )
        return BioOutput(loss, tags)


def best_path(scores: Array) -> list[int]:
    """Return the tags of the best path over (T, 2L + 1) scores, on which I- follows only B- or I- of its label."""
    best, steps = scores[0].copy(), []
    best[2::2] = -np.inf
    for row in scores[1:]:
        anywhere = int(best.argmax())
        before = np.full(len(row), anywhere)
        reached = np.full(len(row), best[anywhere])
        begun, inside = best[1::2], best[2::2]
        before[2::2] = np.where(begun >= inside, np.arange(1, len(row), 2), np.arange(2, len(row), 2))
        reached[2::2] = np.maximum(begun, inside)
        steps.append(before)
        best = reached + row
    path = [int(best.argmax())]
    for before in reversed(steps):
        path.append(int(before[path[-1]]))
    return path[::-1]


def spans_of(path: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and index of the label of each span on a path."""
    start = None
    for at, tag in enumerate([*path, 0]):
        if start is not None and (tag == 0 or tag % 2):
            yield start, at, (path[start] - 1) // 2
            start = None
        if tag % 2:
            start = at


class BioTagger:
    """A trained network behind the tagger's interface, as far as scoring needs it."""

    def __init__(self, network: BioNetwork, vocabulary: Vocabulary, labels: Sequence[str], shape: WindowShape) -> None:
        self.network, self.vocabulary, self.labels, self.shape = network.eval(), vocabulary, labels, shape

    def tag_many(self, texts: Sequence[str], *, years: Sequence[int | None] | None = None) -> list[list[Figure]]:
        """Return the figures of several texts."""
        return [list(self._tag(text)) for text in texts]

    def _tag(self, text: str) -> Iterator[Figure]:
        candidates, view = {(c.start, c.end): c for c in find_candidates(text)}, View(text)
        places = [(view.view_offset(start), view.view_offset(end - 1) + 1) for start, end in candidates]
        for window in make_windows(view.text, places, self.vocabulary, self.shape):
            first, last = places[window.members[0]][0], places[window.members[-1]][1]
            for begin, end, label in self._read(window, first, last):
                source = view.source_span(begin, end)
                written = text[slice(*source)]
                candidate = candidates.get(source) or next(iter(find_candidates(written)), None)
                yield Figure(
                    label=self.labels[label], text=written, start=source[0], end=source[1],
                    value=candidate.value if candidate else Decimal(0), unit=candidate.unit if candidate else "",
                    qualifier=candidate.qualifier if candidate else Qualifier.EXACT, period="year",
                    implied=candidate is None or candidate.kind == "zero", score=1.0,
                    sentence_start=source[0], sentence_end=source[1],
                )  # fmt: skip

    def _read(self, window: Window, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        ids = torch.tensor([window.ids], device=self.network.device)
        nothing = torch.zeros(0, dtype=torch.long, device=self.network.device)
        with torch.inference_mode():
            tags = self.network(ids, torch.ones_like(ids), nothing, nothing, nothing).tags
        scores = torch.log_softmax(tags[0, first + window.shift : last + window.shift].float(), -1).cpu().numpy()
        for start, end, label in spans_of(best_path(scores)):
            yield first + start, first + end, label


def train_bio(config: TrainingConfig) -> BioTagger:
    """Train as :func:`gxnlp.training.train.train` does, and return the tagger; its weights are not written."""
    set_seed(config.seed)
    rows = [row for path in config.data for row in read_jsonl(path)]
    examples = [make_example(row) for row in split_by_body(rows, config.folds, config.fold)[0]]
    start = load_start(str(config.start), config, labels=list(load_labels()), random=config.random)
    network: Any = BioNetwork(start.model)
    checkpoints = config.output / "checkpoints"
    make_trainer(
        config, replace(start, model=network), examples, checkpoints,
        epochs=config.epochs, rates=(config.rate, config.head_rate), save_steps=config.save_steps,
    ).train(resume_from_checkpoint=last_checkpoint(checkpoints))  # fmt: skip
    return BioTagger(network, start.vocabulary, start.labels, WindowShape(config.left, config.right, config.limit))
