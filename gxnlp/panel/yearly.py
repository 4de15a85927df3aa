"""What a check over years found, whatever the check; and pairs of reports that follow each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from gxnlp.panel.versions import Version
from gxnlp.schema import CheckStatus


@dataclass(frozen=True, slots=True)
class YearCheck:
    """One check of a report against the body's report of the year before.

    Attributes:
        id: The check: ``carried.natural_person``, ``in_force.regulations``, ``jump.requests.new.total``,
            ``other_year``, ``repeated_text``, ``repeated_figures``.
        body: The body.
        year: The later year.
        status: Outcome.
        left: What the report has, in base units; a share where the check is of one.
        right: What it should be by the report of the year before, or the limit of the share.
        report: Position of the report.
        start: Where in its text, if the check is of one place.
        end: The end of that place.
        page: Its page, counted from 1, where there are pages.
        detail: The check in words.
    """

    id: str
    body: str
    year: int
    status: CheckStatus
    left: Decimal | None
    right: Decimal | None
    report: int
    start: int | None = None
    end: int | None = None
    page: int | None = None
    detail: str = ""


def following_years(versions: Sequence[Version]) -> Iterator[tuple[Version, Version]]:
    """Yield each pair of chosen reports of one body and two years that follow each other.

    Args:
        versions: In order of body and year, as `choose_versions` gives them.
    """
    for before, after in pairwise(v for v in versions if v.chosen):
        assert before.year is not None and after.year is not None  # noqa: S101, PT018 - chosen ones have both
        if before.body == after.body and after.year == before.year + 1:
            yield before, after
