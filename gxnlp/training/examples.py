"""Annotated narratives as the tagger's examples: candidates, targets, and the variations of augmentation."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.network import PERIODS
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.figures.windows import Window, WindowShape, make_windows
from gxnlp.view import View


@dataclass(frozen=True, slots=True)
class Target:
    """What is true of one candidate, in offsets of the view."""

    start: int
    end: int
    labels: tuple[str, ...] = ()
    period: str = "year"
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One narrative: the view's text and all its candidates with their targets."""

    id: str
    agency: str
    text: str
    targets: tuple[Target, ...]
    missed: int = 0
    """Figures whose span the grammar does not offer; they cannot be learnt and count as misses."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How training text is varied; all values are probabilities.

    Attributes:
        digits: Replace the digits of a numeral.
        years: Move all years of a narrative by the same distance.
        breaks: Insert a line break at a place (per character).
        blanking: Hide a character outside the candidates behind ``[MASK]``.
        context: Shorten the context before and after.
    """

    digits: float = 0.5
    years: float = 0.3
    breaks: float = 0.002
    blanking: float = 0.05
    context: float = 0.5


def make_example(row: dict[str, Any]) -> Example:
    """Turn a stand-off narrative into an example."""
    view = View(row["text"])
    candidates = find_candidates(row["text"])
    by_span: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for figure in row["figures"]:
        by_span.setdefault((figure["start"], figure["end"]), []).append(figure)
    targets = []
    for candidate in candidates:
        figures = by_span.pop((candidate.start, candidate.end), [])
        start, end = view.view_offset(candidate.start), view.view_offset(candidate.end - 1) + 1
        first = figures[0] if figures else {}
        targets.append(
            Target(
                start,
                end,
                tuple(dict.fromkeys(f["label"] for f in figures)),
                _period_class(first.get("period", "year")),
                View(first["subject"]).text if first.get("subject") else None,
            )
        )
    return Example(
        row.get("id", ""), row.get("agency", ""), view.text, tuple(targets), missed=sum(map(len, by_span.values()))
    )


def _period_class(period: str) -> str:
    return period if period in PERIODS else "other_year"


def vary(example: Example, settings: Augmentation, dice: random.Random) -> Example:
    """Return a variation of an example with other numbers, years and line breaks."""
    text = list(example.text)
    spans = [(t.start, t.end) for t in example.targets]
    for start, end in spans:
        if dice.random() < settings.digits:
            digits = [i for i in range(start, end) if text[i].isascii() and text[i].isdigit()]
            # A single digit keeps its being 0, 1 or more: grammar and sense hang on it.
            for n, i in enumerate(digits):
                if len(digits) > 1 or text[i] not in "01":
                    text[i] = str(dice.randint(1 if n == 0 else 0, 9)) if len(digits) > 1 else str(dice.randint(2, 9))
    varied = "".join(text)
    if dice.random() < settings.years:
        distance = dice.randint(-6, 6)
        varied = re.sub(r"20[012]\d(?=年)", lambda m: str(min(2030, max(2001, int(m[0]) + distance))), varied)
    if not settings.breaks:
        return replace(example, text=varied)
    inside = {i for start, end in spans for i in range(start + 1, end)}
    breaks = [i for i in range(1, len(varied)) if i not in inside and dice.random() < settings.breaks]
    if not breaks:
        return replace(example, text=varied)
    pieces = [varied[a:b] for a, b in zip([0, *breaks], [*breaks, len(varied)], strict=True)]
    moved = tuple(
        replace(t, start=t.start + _count_to(breaks, t.start), end=t.end + _count_to(breaks, t.start))
        for t in example.targets
    )
    return replace(example, text="\n".join(pieces), targets=moved)


def _count_to(positions: Sequence[int], limit: int) -> int:
    return sum(p <= limit for p in positions)


def nearest(text: str, subject: str, at: int, low: int, high: int) -> tuple[int, int] | None:
    """Return the span of ``subject`` in ``text[low:high]`` that is nearest to ``at``, before it rather than after."""
    best: tuple[int, tuple[int, int]] | None = None
    start = text.find(subject, low, high)
    while start >= 0:
        end = start + len(subject)
        distance = at - end if end <= at else 2 * (start - at) + 4
        if best is None or abs(distance) < best[0]:
            best = (abs(distance), (start, end))
        start = text.find(subject, start + 1, high)
    return best[1] if best else None


class Collator:
    """Turns examples into the model's input, varied anew each time when training.

    Args:
        vocabulary: The tagger's vocabulary.
        labels: Names of the labels, in the model's order, without none.
        shape: Context sizes.
        augmentation: None for evaluation.
        seed: Seed of the variations.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        labels: Sequence[str],
        shape: WindowShape,
        augmentation: Augmentation | None = None,
        seed: int = 0,
    ) -> None:
        self.vocabulary, self.shape, self.augmentation = vocabulary, shape, augmentation
        self.index = {label: i + 1 for i, label in enumerate(labels)}
        self.dice = random.Random(seed)

    def __call__(self, examples: Iterable[Example]) -> dict[str, Tensor]:
        """Return one batch: the windows of all examples, padded to the longest, and the targets of their candidates."""
        windows: list[tuple[Example, Window, int]] = []
        for example in examples:
            shape = self.shape
            if self.augmentation:
                example = vary(example, self.augmentation, self.dice)
                if self.dice.random() < self.augmentation.context:
                    shape = replace(
                        shape,
                        left=self.dice.randint(shape.left // 2, shape.left),
                        right=self.dice.randint(8, shape.right),
                    )
            spans = [(t.start, t.end) for t in example.targets]
            windows += [
                (example, w, len(example.text)) for w in make_windows(example.text, spans, self.vocabulary, shape)
            ]
        return self._tensors(windows)

    def _tensors(self, windows: list[tuple[Example, Window, int]]) -> dict[str, Tensor]:
        width = max((len(w.ids) for _, w, _ in windows), default=2)
        ids = torch.full((max(1, len(windows)), width), self.vocabulary.pad)
        attention = torch.zeros_like(ids)
        rows, starts, ends, periods = [], [], [], []
        subjects: list[tuple[int, int]] = []
        labels: list[Tensor] = []
        for row, (example, window, _) in enumerate(windows):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            attention[row, : len(window.ids)] = 1
            keep = torch.zeros(width, dtype=torch.bool)
            for member in window.members:
                target = example.targets[member]
                first, last = target.start + window.shift, target.end - 1 + window.shift
                rows.append(row)
                starts.append(first)
                ends.append(last)
                keep[first : last + 1] = True
                labels.append(self._label_row(target))
                periods.append(PERIODS.index(target.period) if target.labels else -100)
                subjects.append(self._subject(example, window, target))
            if self.augmentation and self.augmentation.blanking:
                hide = torch.rand(width) < self.augmentation.blanking
                hide &= ~keep & (attention[row] == 1)
                hide[0] = False
                ids[row][hide] = self.vocabulary.mask
        return {
            "input_ids": ids,
            "attention_mask": attention,
            "rows": torch.tensor(rows, dtype=torch.long),
            "starts": torch.tensor(starts, dtype=torch.long),
            "ends": torch.tensor(ends, dtype=torch.long),
            "label_targets": torch.stack(labels) if labels else torch.zeros(0, len(self.index) + 1),
            "period_targets": torch.tensor(periods, dtype=torch.long),
            "subject_targets": torch.tensor(subjects, dtype=torch.long).reshape(-1, 2),
        }

    def _label_row(self, target: Target) -> Tensor:
        row = torch.zeros(len(self.index) + 1)
        for label in target.labels:
            row[self.index[label]] = 1 / len(target.labels)
        if not target.labels:
            row[0] = 1.0
        return row

    def _subject(self, example: Example, window: Window, target: Target) -> tuple[int, int]:
        if not target.labels:
            return -100, -100
        if target.subject is None:
            return 0, 0
        low, high = window.start, window.start + len(window.ids) - 1 - (window.start + window.shift)
        found = nearest(example.text, target.subject, target.start, low, high)
        return (found[0] + window.shift, found[1] - 1 + window.shift) if found else (-100, -100)
