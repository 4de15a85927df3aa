"""Reports annotated by a tagger for people to correct, the least certain first.

How certain a report is, is told by the margins of its candidates: the distance between the probabilities of the two
likeliest readings (a label, or no figure), 0 where the tagger might as well toss a coin and 1 where it has no doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.figures.tagger import Tagger
from gxnlp.reading import read
from gxnlp.report.build import prose_of
from gxnlp.report.metadata import read_meta
from gxnlp.tables import read_cells
from gxnlp.training.formats.rows import Row
from gxnlp.training.probabilities import read_candidates

_KEPT = ("label", "text", "start", "end", "value", "unit", "qualifier", "period", "subject", "implied", "score")
_INLINE_BARS = frozenset("[]|@=:\\-\r\n")


class Certainty(StrEnum):
    """What orders reports; both are found in each row under ``certainty``."""

    MEAN = "mean"
    """The mean margin of a report's candidates: where a person's time finds most errors."""
    LOWEST = "lowest"
    """The lowest margin: where the single least certain figure is."""


def prose_text(document: Document, consumed: Iterable[tuple[int, int]]) -> str:
    """Return a document's prose as one text, a line a block, without the statutory tables.

    Args:
        document: The report.
        consumed: Ranges of its text that belong to statutory tables.
    """
    blocks = (document.text[b.start : b.end].strip() for b in prose_of(document, consumed))
    return "\n".join(block.replace("\r\n", "\n").replace("\r", "\n") for block in blocks if block)


def annotate_document(tagger: Tagger, document: Document, name: str, certainty: Certainty = Certainty.MEAN) -> Row:
    """Return a report's prose with the figures that a tagger finds, as a row of the stand-off form.

    Args:
        tagger: The tagger.
        document: The report.
        name: The row's id.
        certainty: What to put under ``certainty``: between 0 and 1, 1 for a report without candidates.

    Returns:
        The row; its figures bear their ``score``.
    """
    reading = read_cells(document)
    meta, _ = read_meta(document, reading.form)
    text = prose_text(document, reading.consumed)
    figures = [figure.model_dump(mode="json") for figure in tagger.tag(text, year=meta.year)]
    margins = read_candidates(tagger, [text])[0].margins(tagger.settings.temperature)
    value = float(margins.mean() if certainty is Certainty.MEAN else margins.min()) if len(margins) else 1.0
    return {
        "id": name,
        "agency": meta.agency or "",
        "line": "",
        "level": "",
        "year": meta.year or 0,
        "kind": "whole",
        "text": text,
        "figures": [{key: figure[key] for key in _KEPT} for figure in figures],
        "certainty": round(value, 4),
    }


def annotate_reports(
    tagger: Tagger,
    paths: Sequence[Path],
    *,
    certainty: Certainty = Certainty.MEAN,
    format: Literal["txt", "markdown", "html", "docx", "pdf"] | None = None,
    failed: Callable[[ReadError], Any] | None = None,
) -> list[Row]:
    """Annotate reports, and order them so that the least certain comes first.

    Args:
        tagger: The tagger.
        paths: The reports.
        certainty: What orders them.
        format: Their format, where it must not be guessed.
        failed: Takes the error of each report that cannot be read, and the others go on.

    Raises:
        ReadError: A report cannot be read, and there is no ``failed``.
    """
    names = Counter(path.stem for path in paths)
    rows = []
    for path in paths:
        try:
            document = read(path, format=format)
        except ReadError as error:
            if failed is None:
                raise
            failed(error)
            continue
        rows.append(annotate_document(tagger, document, path.stem if names[path.stem] == 1 else str(path), certainty))
    return sorted(rows, key=lambda row: (row["certainty"], row["id"]))


def without_unwritable_subjects(rows: Iterable[Row]) -> list[Row]:
    """Return rows without the subjects that our authoring format cannot hold, for it to hold the rest."""
    return [
        {
            **row,
            "figures": [
                {**f, "subject": None if set(f["subject"] or "") & _INLINE_BARS else f["subject"]}
                for f in row["figures"]
            ],
        }
        for row in rows
    ]
