"""What a person wants to know of a panel first: as text for a terminal, and as a page with plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from gxnlp.errors import MissingExtraError
from gxnlp.panel.panel import Panel

if TYPE_CHECKING:
    import pandas as pd

LISTED = 200
"""Rows of a table that the page shows; the files beside it have all."""
_KINDS = {
    "carried": "requests carried in are those carried out the year before",
    "in_force": "documents in force are last year's, plus issued, less repealed",
    "jump": "values out of line with how other bodies changed (only those are listed)",
    "other_year": "sentences with figures left over from the year before (only those are listed)",
    "repeated_text": "share of the prose that stands in last year's report",
    "repeated_figures": "share of the prose's figures that stand in last year's report",
}


@dataclass(frozen=True, slots=True)
class CheckCount:
    """How the checks of one kind came out."""

    kind: str
    meaning: str
    passed: int
    failed: int
    not_assessable: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a panel that come first.

    Attributes:
        read: Records read.
        set_aside: Lines that are no records.
        unplaced: Records that are no reports, or without body or year.
        reports: Reports chosen: rows of the wide panel.
        surplus: Other versions of the same body and year.
        bodies: Bodies.
        years: First and last year; None for an empty panel.
        gaps: Years missing between a body's first and last, over all bodies.
        columns: Columns of the wide panel.
        values: Values in it.
        checks: The checks over years by kind.
        issues: Issues by code.
        judged: Pairs judged for jumps, and pairs too few to judge.
    """

    read: int
    set_aside: int
    unplaced: int
    reports: int
    surplus: int
    bodies: int
    years: tuple[int, int] | None
    gaps: int
    columns: int
    values: int
    checks: tuple[CheckCount, ...]
    issues: dict[str, int]
    judged: tuple[int, int]


def summarise(panel: Panel) -> Summary:
    """Count what a panel holds."""
    versions, bodies = panel.versions, panel.bodies
    chosen = versions[versions["chosen"]]
    unplaced = int((versions["versions"] == 0).sum())
    return Summary(
        read=len(versions),
        set_aside=len(panel.errors),
        unplaced=unplaced,
        reports=len(chosen),
        surplus=len(versions) - unplaced - len(chosen),
        bodies=len(bodies),
        years=(int(chosen["year"].min()), int(chosen["year"].max())) if len(chosen) else None,
        gaps=sum(len(str(years).split()) for years in bodies["missing_years"]),
        columns=len(panel.indicators),
        values=int(panel.indicators["filled"].sum()),
        checks=tuple(_check_counts(panel.checks)),
        issues={str(code): int(count) for code, count in panel.issues["code"].value_counts().sort_index().items()},
        judged=panel.judged,
    )


def _check_counts(checks: pd.DataFrame) -> list[CheckCount]:
    kinds = checks["id"].str.partition(".")[0] if len(checks) else checks["id"]
    found = []
    for kind, meaning in _KINDS.items():
        outcomes = checks.loc[kinds == kind, "status"].value_counts()
        counts = [int(outcomes.get(status, 0)) for status in ("pass", "fail", "not_assessable")]
        found.append(CheckCount(kind, meaning, *counts))
    return found


def summary_lines(summary: Summary) -> list[str]:
    """Return a summary as lines for a terminal."""
    years = f"{summary.years[0]} to {summary.years[1]}" if summary.years else "no years"
    lines = [
        f"{summary.reports:,} reports of {summary.bodies:,} bodies, {years}; "
        f"{summary.columns:,} columns, {summary.values:,} values",
    ]
    told = [
        (summary.set_aside, "lines are no records and were set aside"),
        (summary.surplus, "reports are other versions of a body and year"),
        (summary.unplaced, "records are no reports, or name no body or year"),
        (summary.gaps, "years are missing between a body's first and last report"),
    ]
    lines += [f"{count:,} {words}" for count, words in told if count]
    lines.append(f"{'checks over years':18}{'pass':>9}{'fail':>9}{'not assessable':>16}")
    lines += [f"  {c.kind:16}{c.passed:>9,}{c.failed:>9,}{c.not_assessable:>16,}" for c in summary.checks]
    judged, passed_over = summary.judged
    lines.append(f"jumps: {judged:,} pairs of years judged, {passed_over:,} in groups too small to judge")
    lines += [f"issue {code}: {count:,}" for code, count in summary.issues.items()]
    return lines


def render_summary(panel: Panel) -> str:
    """Return the summary of a panel as one HTML page that needs nothing beside it.

    Raises:
        MissingExtraError: matplotlib or jinja2 is not installed.
    """
    try:
        import jinja2
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("the summary of a panel", "panel") from error
    from gxnlp.panel.plots import draw_plots

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    page = resources.files(__package__).joinpath("summary.html.jinja").read_text("utf-8")
    several = panel.versions[panel.versions["versions"] > 1]
    failed = panel.checks[panel.checks["status"] == "fail"]
    gaps = panel.bodies[panel.bodies["missing_years"] != ""]
    return environment.from_string(page).render(
        summary=summarise(panel),
        plots=draw_plots(panel),
        listed=LISTED,
        coverage=_coverage_rows(panel),
        years=[int(year) for year in panel.coverage.columns],
        failed=_table(failed, ("body", "year", "id", "left", "right", "detail", "path", "start", "end")),
        several=_table(several, ("body", "year", "chosen", "reason", "differing", "path")),
        gaps=_table(gaps, ("body", "first_year", "last_year", "missing_years")),
        issues=_table(panel.issues, ("code", "body", "year", "message", "path")),
        indicators=_table(
            panel.indicators, ("name", "units", "filled", "share", "first_year", "last_year"), every=True
        ),
        errors=[(error.source, error.line, error.cause) for error in panel.errors[:LISTED]],
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a table, as text, and how many there are in all."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int


def _table(frame: pd.DataFrame, columns: Sequence[str], *, every: bool = False) -> Listing:
    shown = frame if every else frame.head(LISTED)
    rows = [[_text(value) for value in row] for row in shown[[*columns]].itertuples(index=False, name=None)]
    return Listing(columns, rows, len(frame))


def _text(value: Any) -> str:
    from decimal import Decimal

    import pandas as pd

    from gxnlp.schema import plain_decimal

    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if pd.isna(value) else str(value)


def _coverage_rows(panel: Panel) -> list[tuple[str, list[int | None]]]:
    import pandas as pd

    rows = panel.coverage.head(LISTED).itertuples(name=None)
    return [(str(body), [None if pd.isna(n) else int(n) for n in filled]) for body, *filled in rows]
