r"""doccano's JSON lines, as exported from and imported into projects of sequence labelling.

Offsets. doccano stores what its page counts, and that is UTF-16 code units (its issues #2290 and #2484): after every
character beyond the basic plane they differ from what Python counts. :func:`read` and :func:`write` count as doccano
does; :func:`read_characters` and :func:`write_characters` are for files that a script made in Python. An offset in the
middle of such a character is an error. Projects that "count grapheme clusters as one character" count ``\r\n`` as one
and joined emoji as one: leave the setting off.

What it holds: labels and spans, two labels on one span where the project allows overlapping. The rest lies in a column
``gxnlp`` that doccano keeps as metadata: id, agency and the like, and what is known of each figure, found again by span
and label. A span that a person adds or moves is valued by the grammar.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gxnlp.errors import AnnotationError
from gxnlp.training.formats.counting import Counting, character_offsets, unit_offsets
from gxnlp.training.formats.rows import (
    Region,
    Row,
    completed,
    head,
    known_figures,
    make_row,
    read_text,
    to_json,
    write_text,
)

_OURS = "gxnlp"
_SPANS = ("label", "labels", "entities")
_OTHERS = ("text", "data", "meta", "metadata", "relations", "Comments", "comments", "cats", _OURS, *_SPANS)


def read(path: Path) -> list[Row]:
    """Read an export: ``label`` as ``[[start, end, label], …]``, or ``entities`` as that or as objects.

    Raises:
        AnnotationError: A line is not JSON or has no text or spans, or a span is misaligned.
    """
    return list(_read(path, Counting.UTF16))


def read_characters(path: Path) -> list[Row]:
    """Read a file of this form whose offsets count code points.

    Raises:
        AnnotationError: As :func:`read`.
    """
    return list(_read(path, Counting.CHARACTERS))


def _read(path: Path, counting: Counting) -> Iterator[Row]:
    for number, line in enumerate(read_text(path).removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            record = json.loads(line)
            yield _row(record, counting, f"{path.stem}-{number}", where)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise AnnotationError(f"{where}: not a doccano record ({error!r})") from error


def _row(record: Mapping[str, Any], counting: Counting, name: str, where: str) -> Row:
    text = record.get("text", record.get("data"))
    spans = next((record[key] for key in _SPANS if isinstance(record.get(key), list)), None)
    if not isinstance(text, str) or spans is None:
        raise AnnotationError(f"{where}: a record needs `text` and `label` or `entities`")
    ours = record.get(_OURS) or (record.get("meta") or record.get("metadata") or {}).get(_OURS) or {}
    where = f"{where} ({ours.get('id', record.get('id', name))})"
    known = known_figures(ours, text, where)
    place = character_offsets(text, counting)
    regions = []
    for span in spans:
        if isinstance(span, Mapping):
            span = span["start_offset"], span["end_offset"], span["label"]
        start, end, label = place(span[0], where), place(span[1], where), span[2]
        regions.append(Region(start, end, label, known.get((start, end, label), {})))
    columns = {key: value for key, value in record.items() if key not in _OTHERS}
    return make_row(text, regions, {"id": name, **columns, **head(ours)}, where)


def write(rows: Sequence[Row], path: Path) -> None:
    """Write a file to import, its offsets counting as doccano does.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    _write(rows, path, Counting.UTF16)


def write_characters(rows: Sequence[Row], path: Path) -> None:
    """Write a file of this form whose offsets count code points.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    _write(rows, path, Counting.CHARACTERS)


def _write(rows: Sequence[Row], path: Path, counting: Counting) -> None:
    lines = []
    for row in completed(rows, path):
        offsets = unit_offsets(row["text"], counting)
        spans = [[offsets[f["start"]], offsets[f["end"]], f["label"]] for f in row["figures"]]
        lines.append(to_json({"text": row["text"], "label": spans, _OURS: {**head(row), "figures": row["figures"]}}))
    write_text(path, "".join(line + "\n" for line in lines))
