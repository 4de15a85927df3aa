"""Strict scores of narrative figures: a figure is right when its label and its value (or its span) are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gxnlp.figures.labels import load_labels


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of true positives, predicted and gold figures."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Right over predicted; 0 where nothing is predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Right over gold; 0 where there is nothing to find."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.predicted + self.gold) if self.predicted + self.gold else 0.0

    def as_dict(self) -> dict[str, float]:
        """Return F1, precision and recall to four places, and the counts."""
        rates = {name: round(getattr(self, name), 4) for name in ("f1", "precision", "recall")}
        return {**rates, "right": self.right, "predicted": self.predicted, "gold": self.gold}

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)

    def __str__(self) -> str:
        counts = f"{self.right} of {self.gold}, {self.predicted} predicted"
        return f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f} ({counts})"


def _keys(figures: Iterable[Mapping[str, Any]], fold: bool) -> dict[str, Counter[Hashable]]:
    labels = load_labels()
    views: dict[str, Counter[Hashable]] = defaultdict(Counter)
    for figure in figures:
        label = figure["label"]
        if fold and label in labels:
            label = labels[label].family
        value = Decimal(str(figure["value"])).normalize()
        place = (figure["start"], figure["end"])
        views["label and value"][label, value] += 1
        views["label and span"][label, place] += 1
        views["span"][place] += 1
        views["period"][label, place, figure["period"]] += 1
        views["qualifier"][label, place, str(figure["qualifier"])] += 1
        views["subject"][label, place, figure.get("subject") or ""] += 1
    return views


def score(
    gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]], *, fold: bool = False
) -> dict[str, Score]:
    """Score the figures of one text.

    Args:
        gold: Figures with label, start, end, value, period, qualifier, subject.
        predicted: The same keys.
        fold: Count labels of one family (items, docs, requests …) as one.

    Returns:
        Scores by what has to be right: ``label and value``, ``label and span``, ``span``, and with label and span also
        ``period``, ``qualifier``, ``subject``.
    """
    left, right = _keys(gold, fold), _keys(predicted, fold)
    names = ("label and value", "label and span", "span", "period", "qualifier", "subject")
    return {name: Score((left[name] & right[name]).total(), right[name].total(), left[name].total()) for name in names}


def score_by_label(gold: Sequence[Mapping[str, Any]], predicted: Sequence[Mapping[str, Any]]) -> dict[str, Score]:
    """Return label-and-value scores of one text by label, ours in their order and then others."""
    left, right = _keys(gold, False)["label and value"], _keys(predicted, False)["label and value"]
    result: dict[str, Score] = {}
    others = {key[0] for key in (*left, *right)} - load_labels().keys()  # type: ignore[index]
    for label in (*load_labels(), *sorted(others)):
        own_left = Counter({k: v for k, v in left.items() if k[0] == label})  # type: ignore[index]
        own_right = Counter({k: v for k, v in right.items() if k[0] == label})  # type: ignore[index]
        if own_left or own_right:
            result[label] = Score((own_left & own_right).total(), own_right.total(), own_left.total())
    return result


def add_scores(rows: Iterable[Mapping[str, Score]]) -> dict[str, Score]:
    """Add up scores by name over texts (micro average)."""
    total: dict[str, Score] = {}
    for row in rows:
        for name, value in row.items():
            total[name] = total.get(name, Score(0, 0, 0)) + value
    return total
