"""How far a tagger's scores are probabilities, and what a threshold on them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gxnlp.errors import MissingExtraError
from gxnlp.figures.backends import Array
from gxnlp.figures.tagger import Tagger
from gxnlp.training.probabilities import read_candidates

Row = Mapping[str, Any]

COLDEST, HOTTEST = 0.25, 8.0
"""Between these the temperature is sought."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Figures whose scores lie in [low, high), the last bin's in [low, high].

    Attributes:
        low: Lower end.
        high: Upper end.
        count: How many there are.
        score: Their mean score.
        right: The share of them whose label and span are right.
    """

    low: float
    high: float
    count: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is found when only figures of at least this score are kept; strict on label and span."""

    threshold: float
    precision: float
    recall: float
    f1: float


def reliability(scored: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Return the bins that hold any figure, in order.

    Args:
        scored: The score of each predicted figure, and whether its label and span are right.
        bins: How many there are between 0 and 1, all of one width.
    """
    found = []
    for index in range(bins):
        own = [(s, r) for s, r in scored if min(bins - 1, int(s * bins)) == index]
        if own:
            mean, right = (sum(column) / len(own) for column in zip(*own, strict=True))
            found.append(Bin(index / bins, (index + 1) / bins, len(own), mean, right))
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean distance of score and share of right ones, weighted by count.

    >>> calibration_error(reliability([(0.75, True), (0.75, False), (0.95, True)]))
    0.183...
    """
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.score - b.right) for b in bins) / total if total else 0.0


def precision_recall(scored: Sequence[tuple[float, bool]], gold: int) -> list[CurvePoint]:
    """Return one point for each distinct score, from the strictest threshold to the most lenient.

    Args:
        scored: As for :func:`reliability`; of figures below the tagger's own threshold, too.
        gold: How many figures there are to find.
    """
    ordered = sorted(scored, reverse=True)
    points = []
    right = 0
    for count, (score, is_right) in enumerate(ordered, 1):
        right += is_right
        if count == len(ordered) or ordered[count][0] != score:
            f1 = 2 * right / (count + gold)
            points.append(CurvePoint(score, right / count, right / gold if gold else 0.0, f1))
    return points


def fit_temperature(tagger: Tagger, rows: Sequence[Row]) -> tuple[float, float, float]:
    """Fit the temperature under which annotated narratives are least surprising, and leave the tagger as it is.

    Args:
        tagger: Any tagger; its own temperature plays no part.
        rows: Narratives of the stand-off form that it was not trained on.

    Returns:
        The temperature, and the negative log likelihood a candidate (in nats) at temperature 1 and at this one.
        Temperature 1 where the rows have no candidate.

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    try:
        from scipy.optimize import minimize_scalar
    except ImportError as error:
        raise MissingExtraError("calibrating a tagger", "train") from error
    logits, targets = _targets(tagger, rows)
    if not len(logits):
        return 1.0, 0.0, 0.0

    def surprise(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        top = scaled.max(-1, keepdims=True)
        log_probabilities = scaled - top - np.log(np.exp(scaled - top).sum(-1, keepdims=True))
        return float(-(targets * log_probabilities).sum() / len(logits))

    best = minimize_scalar(surprise, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(best.x)), surprise(0.0), float(best.fun)


def _targets(tagger: Tagger, rows: Sequence[Row]) -> tuple[Array, Array]:
    """Return (N, C) logits of all candidates and what is true of them; two labels of a span share the probability."""
    index = {label: number for number, label in enumerate(tagger.settings.labels, 1)}
    parts = []
    for row, reading in zip(rows, read_candidates(tagger, [row["text"] for row in rows]), strict=True):
        labels: dict[tuple[int, int], list[int]] = {}
        for figure in row["figures"]:
            if figure["label"] in index:
                labels.setdefault((figure["start"], figure["end"]), []).append(index[figure["label"]])
        truth = np.zeros(reading.logits.shape)
        for place, candidate in enumerate(reading.candidates):
            own = labels.get((candidate.start, candidate.end), [0])
            truth[place, own] = 1 / len(own)
        parts.append((reading.logits.astype(np.float64), truth))
    if not parts:
        return np.zeros((0, 1)), np.zeros((0, 1))
    logits, targets = (np.concatenate(column) for column in zip(*parts, strict=True))
    return logits, targets
