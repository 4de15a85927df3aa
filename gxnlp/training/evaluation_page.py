"""An evaluation as one page of HTML that needs nothing else: scores, plots, confusions, errors in context."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gxnlp.training.calibration import CurvePoint, calibration_error, precision_recall, reliability
from gxnlp.training.evaluate import ATTRIBUTES, Evaluation
from gxnlp.training.plots import precision_recall_plot, reliability_plot

MOST_ERRORS = 500


def render_evaluation(evaluation: Evaluation, *, model: str, data: str) -> str:
    """Return the page.

    Args:
        evaluation: What to show; the curve of precision and recall only where it was asked for.
        model: What was evaluated, in words.
        data: On what.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    environment = Environment(
        loader=PackageLoader("gxnlp.training"), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
    )  # fmt: skip
    bins = reliability(evaluation.scored)
    curve = precision_recall(evaluation.lenient, evaluation.scores["label and span"].gold)
    names, counts = evaluation.matrix()
    return environment.get_template(
        "evaluation.html.j2"
    ).render(
        evaluation=evaluation,
        model=model,
        data=data,
        attributes=ATTRIBUTES,
        matched=evaluation.scores["label and span"].right,
        error=calibration_error(bins),
        bins=bins,
        # The library's own SVG, made of numbers alone.
        reliability=Markup(reliability_plot(bins)),  # noqa: S704
        curve=Markup(precision_recall_plot(curve)) if curve else None,  # noqa: S704
        points=_at_tenths(curve),
        names=names,
        counts=counts,
        errors=evaluation.errors[:MOST_ERRORS],
    )


def _at_tenths(curve: Sequence[CurvePoint]) -> list[tuple[float, CurvePoint]]:
    """Return what keeping figures of at least 0, 0.1 … 0.9 gives."""
    rows = []
    for tenth in range(10):
        kept = [point for point in curve if point.threshold >= tenth / 10]
        if kept:
            rows.append((tenth / 10, kept[-1]))
    return rows
