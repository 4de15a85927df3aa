"""Our authoring format: text with marks, see ``annotations/GUIDELINE.md``.

It holds labels, subjects, periods and values, and extra keys of the head as text. Units, qualifiers and scores it cannot
hold: unit and qualifier come from the grammar again when the file is read. It cannot hold carriage returns, line breaks
at either end of a text, or brackets inside a span or subject; writing these is an error.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
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
        row = {**narrative.extra, **stand_off(narrative)}
        row |= {key: "" for key in _HEAD if row[key] == _UNKNOWN}
        rows.append(complete(row, f"{path}: {narrative.id}"))
    return rows


def write(rows: Sequence[Row], path: Path) -> None:
    """Write an authoring file.

    Raises:
        AnnotationError: A row holds what the format cannot, or spans overlap without being the same.
    """
    rows = completed(rows)
    narratives = [_narrative(row) for row in rows]
    content = "=====\n".join(_block(narrative) for narrative in narratives)
    _verify(content, narratives, path.name)
    write_text(path, content)


def _narrative(row: Row) -> Narrative:
    text = row["text"]
    candidates = find_candidates(text)
    marks = []
    for figure in row["figures"]:
        mark = Mark(figure["start"], figure["end"], figure["label"], figure["subject"], figure["period"])
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


def _verify(content: str, narratives: Sequence[Narrative], name: str) -> None:
    """Hold what is to be written against what the parser makes of it: the one sure test of what the format can hold."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_text(file, content)
        parsed = list(parse_file(file))
    for wanted, got in zip_longest(narratives, parsed):
        if wanted != got:
            cause = "its text, a subject or its head has a line break, bracket, bar or `=====` where none can stand"
            if wanted is None:
                raise AnnotationError(f"{narratives[-1].id}: the authoring format cannot hold it: {cause}")
            if "\r" in wanted.text:
                cause = "carriage returns"
            elif wanted.text.strip("\n") != wanted.text:
                cause = "line breaks at the ends of its text"
            raise AnnotationError(f"{wanted.id}: the authoring format cannot hold it: {cause}")
