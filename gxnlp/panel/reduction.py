"""A record reduced to what the panel keeps of it: a row on the report, a row a value. Records are not held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from gxnlp.panel.identity import Identity, Issue, identify
from gxnlp.panel.records import Entry
from gxnlp.panel.standing import standing_figures
from gxnlp.schema import CheckStatus, IndicatorStatus, Qualifier, Record, plain_decimal

DIGITS, PLACES = 38, 10
"""Values are decimals of 38 digits, 10 of them after the point: up to 10^28, a thousandth of a fen in 元."""
_DATE = re.compile(r"((?:19|20)\d\d)\D{0,3}(1[0-2]|0?[1-9])\D{0,3}(3[01]|[12]\d|0?[1-9])(?!\d)")


@dataclass(slots=True)
class Report:
    """One report, as the panel knows it.

    Attributes:
        entry_file: The file of records.
        line: Its line there.
        path: The report's own file.
        sha256: Of that file.
        characters: Length of its text.
        digest: Checksum of the record.
        identity: Body and year it is counted under.
        agency: The body as the report names it.
        kind: ``government``, ``department``, ``town`` or ``other``.
        form: Edition of the statutory form.
        period: First and last day of the figures.
        published: Day of publication by the manifest (``published``), as ``2023-01-31``.
        url: Address by the manifest.
        is_report: False where the record says that it is none.
        filled: Indicators that have a value.
        conflicts: Indicators on which prose and tables differ.
        failed: Sums and breakdowns that do not hold.
        figures: Figures of the prose.
        issues: What is to be told of it.
    """

    entry_file: str
    line: int
    path: str
    sha256: str
    characters: int
    digest: int
    identity: Identity
    agency: str | None
    kind: str | None
    form: str | None
    period: tuple[str, str] | None
    published: str | None
    url: str | None
    is_report: bool
    filled: int
    conflicts: int
    failed: int
    figures: int
    issues: tuple[Issue, ...]


class Value(NamedTuple):
    """One value of a report; places are offsets into the text as read, pages count from 1."""

    part: str
    name: str
    value: Decimal | None
    unit: str
    status: str
    period: str
    qualifier: str
    subject: str | None
    start: int | None
    end: int | None
    page: int | None
    sentence_start: int | None
    sentence_end: int | None
    stands: bool


def reduce_record(entry: Entry) -> tuple[Report, list[Value]]:
    """Reduce a record to its rows.

    Args:
        entry: The record and where it stands.

    Returns:
        The row on the report, and its values: the indicators, then the figures of the prose under ``prose.`` and their
        label. A value of more digits than a panel holds is left out and told as an issue.
    """
    record = entry.record
    identity = identify(record.meta, record.manifest)
    values, issues = [], list(identity.issues)
    for value in (*_indicators(record), *_figures(record, identity.year)):
        if value.value is not None and not _fits(value.value):
            issues.append(Issue("value_too_long", f"{value.name} is {plain_decimal(value.value)}"))
            value = value._replace(value=None, stands=value.part == "indicator")
        values.append(value)
    given = {key.strip().lower(): text.strip() for key, text in (record.manifest or {}).items()}
    meta = record.meta
    counts = Counter(indicator.status for indicator in record.indicators)
    report = Report(
        entry_file=entry.file,
        line=entry.line,
        path=record.source.path or "",
        sha256=record.source.sha256,
        characters=record.source.characters,
        digest=entry.digest,
        identity=identity,
        agency=meta.agency,
        kind=meta.agency_kind,
        form=meta.form,
        period=(meta.period_start, meta.period_end) if meta.period_start and meta.period_end else None,
        published=_day(given.get("published", "")),
        url=given.get("url") or None,
        is_report=all(warning.code != "not_a_report" for warning in record.warnings),
        filled=sum(indicator.value is not None for indicator in record.indicators),
        conflicts=counts[IndicatorStatus.CONFLICT],
        failed=sum(check.status is CheckStatus.FAIL for check in record.checks),
        figures=len(record.figures),
        issues=tuple(issues),
    )
    return report, values


def _indicators(record: Record) -> Iterator[Value]:
    for indicator in record.indicators:
        cells = [record.cells[i] for i in indicator.cells]
        figures = [record.figures[i] for i in indicator.figures]
        # The place of the value that stands: the table's cell of that name, else what it was made from.
        cell = next((c for c in cells if c.indicator == indicator.indicator), cells[0] if cells else None)
        figure = figures[0] if figures and cell is None else None
        place = cell or figure
        yield Value(
            part="indicator",
            name=indicator.indicator,
            value=indicator.value,
            unit=indicator.unit,
            status=indicator.status.value,
            period="year",
            qualifier=(figure.qualifier if figure else Qualifier.EXACT).value,
            subject=None,
            start=place.start if place else None,
            end=place.end if place else None,
            page=cell.page if cell else None,
            sentence_start=figure.sentence_start if figure else None,
            sentence_end=figure.sentence_end if figure else None,
            stands=True,
        )


def _figures(record: Record, year: int | None) -> Iterator[Value]:
    standing = standing_figures(record, year)
    for place, figure in enumerate(record.figures):
        yield Value(
            part="figure",
            name=f"prose.{figure.label}",
            value=figure.value,
            unit=figure.unit,
            status="implied" if figure.implied else "stated",
            period=figure.period,
            qualifier=figure.qualifier.value,
            subject=figure.subject,
            start=figure.start,
            end=figure.end,
            page=None,
            sentence_start=figure.sentence_start,
            sentence_end=figure.sentence_end,
            stands=place in standing,
        )


def _fits(value: Decimal) -> bool:
    whole, _, part = plain_decimal(value).lstrip("-").partition(".")
    return len(part) <= PLACES and len(whole) <= DIGITS - PLACES


def _day(text: str) -> str | None:
    match = _DATE.search(text)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None
