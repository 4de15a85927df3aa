"""Plots of an evaluation, as SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gxnlp.errors import MissingExtraError
from gxnlp.training.calibration import Bin, CurvePoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _MARK, _PALE = "#333333", "#1f6f8b", "#c8d6da"
_MARKED = (0.5, 0.7, 0.9)  # thresholds that the curve names


def _axes(x: str, y: str) -> tuple[Any, Axes]:
    try:
        from matplotlib.figure import Figure  # not pyplot: it would look for a screen
    except ImportError as error:
        raise MissingExtraError("plots", "train") from error
    figure = Figure(figsize=(4.2, 3.6), layout="constrained")
    axes = figure.add_subplot(xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(color="#eeeeee")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any) -> str:
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()[file.getvalue().index("<svg") :]


def precision_recall_plot(points: Sequence[CurvePoint]) -> str:
    """Return precision over recall, some thresholds named, as SVG.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, axes = _axes("recall", "precision")
    axes.plot([p.recall for p in points], [p.precision for p in points], color=_MARK)
    for threshold in _MARKED:
        kept = [p for p in points if p.threshold >= threshold]
        if kept:
            axes.plot(kept[-1].recall, kept[-1].precision, "o", color=_INK, markersize=4)
            axes.annotate(f"≥ {threshold}", (kept[-1].recall, kept[-1].precision), (-4, -12), fontsize=8,
                          textcoords="offset points", ha="right")  # fmt: skip
    return _svg(figure)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Return the share of right figures over their score, by bins, as SVG.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, axes = _axes("score", "share of them right")
    axes.plot([0, 1], [0, 1], color=_PALE, linestyle="--")
    axes.bar([b.low for b in bins], [b.right for b in bins], [b.high - b.low for b in bins], align="edge",
             color=_PALE, edgecolor="white")  # fmt: skip
    axes.plot([b.score for b in bins], [b.right for b in bins], "o", color=_MARK, markersize=4)
    for b in bins:
        axes.annotate(str(b.count), ((b.low + b.high) / 2, 0.02), ha="center", fontsize=7, color=_INK)
    return _svg(figure)
