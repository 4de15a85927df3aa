"""The plots of a panel's summary, as SVG to be put into a page. Their words are ASCII, whatever fonts there are."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gxnlp.panel.panel import Panel

if TYPE_CHECKING:
    import pandas as pd

_INK, _LINE, _BAND, _BAD = "#333333", "#2b6cb0", "#bcd3ea", "#c05621"
_SHOWN = (
    "requests.new.total", "requests.results.granted.total", "requests.carried_out.total", "reviews.total",
    "disclosure.normative_documents.issued", "disclosure.permits.decisions", "prose.items_total",
    "prose.interpretations", "prose.trainings",
)  # fmt: skip
_STYLE = {
    "svg.hashsalt": "gxnlp",  # the same panel draws the same bytes
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _INK,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its title, what it shows in words, and its SVG element."""

    title: str
    caption: str
    svg: Any


def draw_plots(panel: Panel) -> list[Plot]:
    """Draw the plots that a panel has the data for."""
    from matplotlib import rc_context

    wide = panel.wide()
    if wide.empty:
        return []
    with rc_context(_STYLE):
        return [_reports_a_year(panel), _over_the_years(wide), _fill(panel), _failed_checks(panel)]


def _figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # without pyplot: no state, no window

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False)


def _svg(figure: Any) -> Any:
    from markupsafe import Markup

    stream = io.StringIO()
    figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn here; matplotlib escapes names


def _whole_years(axes: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _reports_a_year(panel: Panel) -> Plot:
    counts = panel.coverage.notna().sum()
    figure, axes = _figure(7, 2.2)
    axes[0, 0].bar(counts.index, counts.to_numpy(dtype=int), color=_LINE, width=0.7)
    axes[0, 0].set_ylabel("reports")
    _whole_years(axes[0, 0])
    return Plot("Reports a year", "Reports chosen, one a body.", _svg(figure))


def _over_the_years(wide: pd.DataFrame) -> Plot:
    names = [name for name in _SHOWN if name in wide.columns and wide[name].notna().any()]
    names = names or [str(wide.notna().sum().idxmax())]
    rows = -(-len(names) // 3)
    figure, axes = _figure(9, 1.9 * rows + 0.3, rows, 3)
    for place, name in zip(axes.flat, names, strict=False):
        quartiles = wide[name].groupby(level="year").quantile([0.25, 0.5, 0.75]).unstack().dropna()
        years = quartiles.index.to_numpy()
        place.fill_between(years, quartiles[0.25], quartiles[0.75], color=_BAND, linewidth=0)
        place.plot(years, quartiles[0.5], color=_LINE, marker="o", markersize=3)
        place.set_title(name)
        place.set_ylim(bottom=0)
        _whole_years(place)
    for place in axes.flat[len(names) :]:
        place.set_axis_off()
    caption = "Median of the bodies (line) and the middle half of them (band). Which bodies report may change by year."
    return Plot("Over the years", caption, _svg(figure))


def _fill(panel: Panel) -> Plot:
    """Draw how full the tables are, by family of indicators and year."""
    families = panel.fill.index.to_series().str.replace(r"^((?:\w+)(?:\.\w+)?).*", r"\1", regex=True)
    shares = panel.fill.groupby(families.to_numpy()).mean()
    figure, axes = _figure(8, 0.22 * len(shares) + 0.9)
    image = axes[0, 0].imshow(shares.to_numpy(dtype=float), vmin=0, vmax=1, cmap="Blues", aspect="auto")
    axes[0, 0].set_yticks(range(len(shares)), list(shares.index), fontsize=7)
    axes[0, 0].set_xticks(range(len(shares.columns)), [str(year) for year in shares.columns], rotation=45)
    figure.colorbar(image, ax=axes[0, 0], label="share of reports")
    caption = "Share of a year's reports that fill an indicator, by family. Forms changed in 2019 and 2021."
    return Plot("What is filled", caption, _svg(figure))


def _failed_checks(panel: Panel) -> Plot:
    failed = panel.checks[panel.checks["status"] == "fail"]
    figure, axes = _figure(7, 2.4)
    bottom: Any = None
    if len(failed):
        kinds = failed["id"].str.partition(".")[0]
        counts = failed.groupby(["year", kinds.to_numpy()]).size().unstack(fill_value=0).sort_index()
        shades = (_LINE, _BAD, "#718096", "#d69e2e", "#2f855a", "#6b46c1")
        for kind, shade in zip(counts.columns, shades, strict=False):
            heights = counts[kind].to_numpy()
            years = counts.index.to_numpy(dtype=int)
            axes[0, 0].bar(years, heights, bottom=bottom, color=shade, width=0.7, label=kind)
            bottom = heights if bottom is None else bottom + heights
        axes[0, 0].legend(frameon=False, fontsize=8, bbox_to_anchor=(1, 1), loc="upper left")
    axes[0, 0].set_ylabel("checks that fail")
    _whole_years(axes[0, 0])
    return Plot("Checks over years that fail", "By the later of the two years compared.", _svg(figure))
