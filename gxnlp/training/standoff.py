"""The stored form of annotated narratives: JSON lines of text and figures with offsets and values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from gxnlp.errors import AnnotationError
from gxnlp.figures.candidates import Candidate, find_candidates
from gxnlp.schema import plain_decimal
from gxnlp.training.inline import Mark, Narrative


def find_candidate(mark: Mark, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the candidate whose span is the mark's, or None."""
    return next((c for c in candidates if (c.start, c.end) == (mark.start, mark.end)), None)


def stand_off(narrative: Narrative) -> dict[str, object]:
    """Return a narrative as the stored form: text and figures with offsets, values as exact decimal strings.

    Raises:
        AnnotationError: A span is not one that the grammar can value and no value is given.
    """
    candidates = find_candidates(narrative.text)
    figures = []
    for mark in narrative.marks:
        candidate = find_candidate(mark, candidates)
        if candidate is None and mark.value is None:
            raise AnnotationError(f"{narrative.id}: no value for {narrative.text[mark.start : mark.end]!r}")
        value = mark.value if mark.value is not None else candidate.value  # type: ignore[union-attr]
        figures.append(
            {
                "label": mark.label,
                "text": narrative.text[mark.start : mark.end],
                "start": mark.start,
                "end": mark.end,
                "value": plain_decimal(Decimal(value)),
                "unit": candidate.unit if candidate else "",
                "qualifier": str(candidate.qualifier) if candidate else "exact",
                "period": mark.period,
                "subject": mark.subject,
                "implied": candidate is not None and candidate.kind == "zero",
            }
        )
    keys = ("id", "agency", "line", "level", "year", "kind", "text")
    return {**{key: getattr(narrative, key) for key in keys}, "figures": figures}


def read_jsonl(path: str | Path) -> list[dict[str, Any]]:
    """Read stand-off narratives.

    Raises:
        AnnotationError: A line is not JSON or a figure's text is not what its offsets cover.
    """
    rows = []
    # Not splitlines(): a text may hold U+2028 and its like, which JSON leaves as they are.
    for number, line in enumerate(Path(path).read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            for figure in row["figures"]:
                start, end = figure["start"], figure["end"]
                if start < 0 or row["text"][start:end] != figure["text"]:
                    raise AnnotationError(f"{path}:{number}: offsets of {figure['text']!r} cover something else")
        except (ValueError, KeyError, TypeError) as error:
            raise AnnotationError(f"{path}:{number}: not an annotated narrative ({error})") from error
        rows.append(row)
    return rows
