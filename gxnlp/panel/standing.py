"""Which of the figures of a label stands for the whole year of a body."""

from __future__ import annotations

from collections import defaultdict

from gxnlp.schema import Record

WHOLE_LABELS = frozenset(
    (
        "items_total", "items_produced", "items_cumulative", "docs_issued", "docs_repealed", "docs_in_force",
        "interpretations", "media_reports", "press_events", "interviews", "consultations", "responses",
        "requests_received", "requests_completed", "requests_cumulative", "reviews", "lawsuits", "complaints",
        "proposals", "fees", "meetings", "trainings", "people_trained", "staff", "visits", "followers", "channels",
    )
)  # fmt: skip
"""Labels that may have one figure for the whole. The others name parts or many things (``items_category``, ``rate``,
``funds_disbursed`` …): no one figure of theirs stands for a year."""
LEAST_SCORE = 0.5
"""The tagger's confidence below which a figure stands for nothing."""


def standing_figures(record: Record, year: int | None) -> set[int]:
    """Return the positions of the figures that stand for their label, one a label at most.

    Of the figures of a label that speak of the report year (of all years for cumulative labels), that the tagger is
    sure of and that no breakdown names as a part, the largest stands, provided that none comes before it: a report
    names the whole before its parts. Where a smaller figure comes first, nothing tells the whole, and none stands. A
    denial (未收到申请) stands where it is alone.

    Args:
        record: The record.
        year: The year that it is counted under.
    """
    parts = {place for check in record.checks if check.id.startswith("breakdown.") for place in check.figures[1:]}
    groups: dict[str, list[int]] = defaultdict(list)
    for place, figure in enumerate(record.figures):
        periods = ("cumulative",) if figure.label.endswith("_cumulative") else ("year", str(year))
        whole = figure.label in WHOLE_LABELS and place not in parts
        if whole and figure.period in periods and figure.score >= LEAST_SCORE:
            groups[figure.label].append(place)
    found = set()
    for places in groups.values():
        told = [place for place in places if not record.figures[place].implied] or places
        first = min(told, key=lambda place: record.figures[place].start)
        if record.figures[first].value == max(record.figures[place].value for place in told):
            found.add(first)
    return found
