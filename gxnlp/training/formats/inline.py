"""Our authoring format: text with marks, see ``annotations/GUIDELINE.md``.

It holds labels, subjects, periods and values, and extra keys of the head as text. Units, qualifiers and scores it
cannot hold: unit and qualifier come from the grammar again when the file is read. It cannot hold carriage returns, line
breaks at either end of a text, an empty text, or brackets inside a span or subject; writing these is an error.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from gxnlp.errors import AnnotationError
from gxnlp.figures.candidates import find_candidates
from gxnlp.training.formats.rows import Row, complete, completed, head, write_text
from gxnlp.training.inline import Mark, Narrative, format_marked, parse_file
from gxnlp.training.standoff import find_candidate, stand_off

_HEAD = ("id", "agency", "line", "level", "kind")
_UNKNOWN = "-"
"""Stands in the head, where a value is required, for one that is not known."""


def read(path: Path) -> list[Row]:
    """Read an authoring file, or all ``.txt`` files of a folder.

    Raises:
        AnnotationError: A mark is malformed or has no value.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    rows = []
    for narrative in (n for file in files for n in parse_file(file)):
        try:
            row = {**narrative.extra, **stand_off(narrative)}
        except AnnotationError as error:  # it names the narrative alone
            raise AnnotationError(f"{path}: {error}") from None
        row |= {key: "" for key in _HEAD if row[key] == _UNKNOWN}
        rows.append(complete(row, f"{path}: {narrative.id}"))
    return rows


def write(rows: Sequence[Row], path: Path) -> None:
    """Write an authoring file.

    Raises:
        AnnotationError: A row holds what the format cannot, or spans overlap without being the same.
    """
    narratives = [_narrative(row) for row in completed(rows, path)]
    try:
        _verify(narratives)
    except AnnotationError as error:
        raise AnnotationError(f"{path}: {error}") from None
    write_text(path, "=====\n".join(_block(narrative) for narrative in narratives))


def _narrative(row: Row) -> Narrative:
    text = row["text"]
    candidates = find_candidates(text)
    marks = []
    for figure in row["figures"]:
        mark = Mark(figure["start"], figure["end"], figure["label"], figure["subject"] or None, figure["period"])
        candidate = find_candidate(mark, candidates)
        value = Decimal(figure["value"])
        if candidate is None or candidate.value != value:
            mark = Mark(mark.start, mark.end, mark.label, mark.subject, mark.period, value)
        marks.append(mark)
    known = {key: row[key] or _UNKNOWN for key in _HEAD}
    extra = {k: v for k, v in head(row).items() if k not in (*_HEAD, "year") and isinstance(v, str) and v}
    return Narrative(text=text, marks=tuple(marks), year=row["year"], extra=extra, **known)


def _block(narrative: Narrative) -> str:
    lines = [f"{key}: {getattr(narrative, key)}" for key in ("id", "agency", "line", "level", "year", "kind")]
    lines += [f"{key}: {value}" for key, value in narrative.extra.items()]
    try:
        marked = format_marked(narrative.text, narrative.marks)
    except AnnotationError as error:
        raise AnnotationError(f"{narrative.id}: {error}") from None
    return "\n".join(lines) + f"\n-----\n{marked}\n"


def _verify(narratives: Sequence[Narrative]) -> None:
    """Hold every narrative against what the parser makes of it: the one sure test of what the format can hold."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "narratives.txt"
        for narrative in narratives:
            write_text(file, _block(narrative))
            cause = "a subject or a key of its head cannot be typed"
            try:
                if list(parse_file(file)) == [narrative]:
                    continue
            except AnnotationError as error:
                cause = str(error)
            text = narrative.text
            if not text or text.strip("\n") != text:
                cause = "no text, or line breaks at its ends"
            elif "\r" in text:
                cause = "carriage returns"
            elif re.search(r"^={5,}\s*$", text, re.MULTILINE):
                cause = "a line of ====="
            raise AnnotationError(f"{narrative.id}: the authoring format cannot hold it: {cause}")
