"""Which of several reports of one body and year is counted, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gxnlp.panel.identity import join_names
from gxnlp.panel.reduction import Report


@dataclass(frozen=True, slots=True)
class Version:
    """One report in the panel's order.

    Attributes:
        report: Its position among all reports read.
        body: The body it is counted under, joined names resolved; None where unknown.
        year: The year it is counted under; None where unknown.
        chosen: Whether its values are the panel's.
        reason: Why, or why not, in words.
        of: How many reports of the same body and year there are; 0 for one that is not placed.
    """

    report: int
    body: str | None
    year: int | None
    chosen: bool
    reason: str
    of: int


def _order(report: Report, dated: bool) -> tuple[object, ...]:
    """Sort key by which the first of several versions is chosen; ties end in content, never in the order of input."""
    published = report.published if dated and report.published else ""
    return (
        tuple(-ord(char) for char in published),
        -report.filled,
        report.failed,
        -report.figures,
        report.sha256,
        report.path,
        report.digest,
    )


def _why(first: Report, second: Report, dated: bool) -> str:
    """Say what put the first of two versions before the second."""
    if dated and first.published != second.published:
        return f"published last ({first.published}; another {second.published})"
    if first.filled != second.filled:
        return f"most indicators filled ({first.filled}; another {second.filled})"
    if first.failed != second.failed:
        return f"fewest sums that fail ({first.failed}; another {second.failed})"
    if first.figures != second.figures:
        return f"most figures in the prose ({first.figures}; another {second.figures})"
    if first.sha256 != second.sha256:
        return "as good as another; taken by the order of checksums"
    return "one of several copies of the same file"


def choose_versions(reports: Sequence[Report]) -> list[Version]:
    """Choose one report for each body and year.

    Records that are no reports, and reports without body or year, are never chosen. Of the others the first counts by:
    published last (where the manifest dates them all), most indicators filled, fewest sums that fail, most figures in
    the prose, checksum. The order in which records were read never matters.

    Args:
        reports: All reports read.

    Returns:
        A version for each report, by body, year and order of choice; those without body or year come last.
    """
    years: dict[str, set[int]] = defaultdict(set)
    for report in reports:
        if report.is_report and report.identity.body and report.identity.year is not None:
            years[report.identity.body].add(report.identity.year)
    full = join_names(years)
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    apart: list[Version] = []
    for position, report in enumerate(reports):
        body, year = report.identity.body, report.identity.year
        body = full.get(body, body) if body else None
        if not report.is_report:
            apart.append(Version(position, body, year, False, "it is no report", 0))
        elif body is None or year is None:
            missing = " and ".join(name for name, known in (("body", body), ("year", year)) if known is None)
            apart.append(Version(position, body, year, False, f"its {missing} is not known", 0))
        else:
            groups[body, year].append(position)
    found = []
    for (body, year), positions in sorted(groups.items()):
        dated = all(reports[p].published for p in positions)
        ordered = sorted(positions, key=lambda p: _order(reports[p], dated))
        first = reports[ordered[0]]
        reason = _why(first, reports[ordered[1]], dated) if len(ordered) > 1 else "the only one"
        found.append(Version(ordered[0], body, year, True, reason, len(ordered)))
        for position in ordered[1:]:
            copied = reports[position].sha256 == first.sha256
            words = "a copy of the one chosen" if copied else f"another was chosen: {reason}"
            found.append(Version(position, body, year, False, words, len(ordered)))
    apart.sort(key=lambda v: (v.body or "", v.year or 0, _order(reports[v.report], False)))
    return [*found, *apart]
