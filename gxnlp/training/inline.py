"""The authoring format: narratives with figures marked inline, as described in annotations/GUIDELINE.md.

``[243条|items_total:主动公开政府信息@2018=243]`` marks the span ``243条``. This module turns marked text into text and
stand-off marks and back; it knows nothing of values, which the grammar computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path

from gxnlp.errors import AnnotationError
from gxnlp.figures.labels import default_period, load_labels

_SEPARATOR = re.compile(r"^={5,}\s*$", re.MULTILINE)
_LABEL = re.compile(
    r"(?P<label>[a-z_]+)(?::(?P<subject>[^|]*?))?(?:@(?P<period>cumulative|year|\d{4}))?(?:=(?P<value>-?[\d.]+))?$"
)
_HEADER_KEYS = ("id", "agency", "line", "level", "year", "kind")


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure as annotated: half-open character offsets into the narrative's text."""

    start: int
    end: int
    label: str
    subject: str | None = None
    period: str = "year"
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Narrative:
    """A piece of a report with its annotated figures.

    Attributes:
        id: Unique name.
        text: The text without marks.
        marks: In order of start; two marks may share a span (two labels).
        agency: The body; splits keep all narratives of a body on one side.
        line: Line of work of the body.
        level: ``ministry``, ``province``, ``city``, ``county`` or ``town``.
        year: The year that the report is about.
        kind: ``opening``, ``section``, ``whole`` or ``negative``.
    """

    id: str
    text: str
    marks: tuple[Mark, ...] = ()
    agency: str = ""
    line: str = ""
    level: str = ""
    year: int = 0
    kind: str = "section"
    extra: dict[str, str] = field(default_factory=dict)


def parse_marked(text: str, where: str = "<text>") -> tuple[str, tuple[Mark, ...]]:
    r"""Split marked text into plain text and marks.

    Raises:
        AnnotationError: A mark is not closed, empty, has an unknown label or part, or a label twice.

    >>> parse_marked("公开[29 条|items_total:信息@2019]")
    ('公开29 条', (Mark(start=2, end=6, label='items_total', subject='信息', period='2019', value=None),))
    """
    plain: list[str] = []
    marks: list[Mark] = []
    length = 0
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and position + 1 < len(text) and text[position + 1] in "[]|\\":
            plain.append(text[position + 1])
            length += 1
            position += 2
        elif char == "[":
            close = text.find("]", position)
            if close < 0:
                raise AnnotationError(f"{where}: a mark is not closed: {text[position : position + 40]!r}")
            span, *labels = text[position + 1 : close].split("|")
            if not span or not labels or "[" in span:
                raise AnnotationError(f"{where}: a mark needs text and a label: {text[position : close + 1]!r}")
            own = [_mark(item, length, length + len(span), where) for item in labels]
            if len({mark.label for mark in own}) < len(own):
                raise AnnotationError(f"{where}: a label stands twice on {span!r}: {text[position : close + 1]!r}")
            marks.extend(own)
            plain.append(span)
            length += len(span)
            position = close + 1
        elif char in "]|":
            raise AnnotationError(
                f"{where}: stray {char!r} (write \\{char}) near {text[max(0, position - 20) : position + 20]!r}"
            )
        else:
            plain.append(char)
            length += 1
            position += 1
    return "".join(plain), tuple(marks)


def _mark(item: str, start: int, end: int, where: str) -> Mark:
    match = _LABEL.match(item.strip())
    if match is None:
        raise AnnotationError(f"{where}: not a label[:subject][@period][=value]: {item!r}")
    label = match["label"]
    if label not in load_labels():
        raise AnnotationError(f"{where}: unknown label {label!r}")
    try:
        value = Decimal(match["value"]) if match["value"] else None
    except InvalidOperation:
        raise AnnotationError(f"{where}: not a number: {match['value']!r}") from None
    return Mark(start, end, label, match["subject"] or None, match["period"] or default_period(label), value)


def parse_file(path: str | Path) -> Iterator[Narrative]:
    """Yield the narratives of an authoring file.

    Raises:
        AnnotationError: The message names file, narrative and cause.
    """
    path = Path(path)
    for number, block in enumerate(_SEPARATOR.split(path.read_text("utf-8")), 1):
        if not block.strip():
            continue
        where = f"{path.name}, narrative {number}"
        head, dashes, body = block.strip("\n").partition("\n-----\n")
        if not dashes:
            raise AnnotationError(f"{where}: no line of five dashes between head and text")
        header: dict[str, str] = {}
        for line in head.strip().splitlines():
            key, colon, value = line.partition(":")
            if not colon:
                raise AnnotationError(f"{where}: not a `key: value` line: {line!r}")
            header[key.strip()] = value.strip()
        missing = [key for key in _HEADER_KEYS if not header.get(key)]
        if missing:
            raise AnnotationError(f"{where}: head lacks {', '.join(missing)}")
        if not header["year"].isdigit():
            raise AnnotationError(f"{where}: year is not a number: {header['year']!r}")
        text, marks = parse_marked(body, f"{path.name}, {header['id']}")
        extra = {key: value for key, value in header.items() if key not in _HEADER_KEYS}
        yield Narrative(
            id=header["id"], text=text, marks=marks, agency=header["agency"], line=header["line"],
            level=header["level"], year=int(header["year"]), kind=header["kind"], extra=extra,
        )  # fmt: skip


def parse_folder(folder: str | Path) -> list[Narrative]:
    """Return the narratives of all ``.txt`` files of a folder, in order of file name.

    Raises:
        AnnotationError: Two narratives share an id, or a file is malformed.
    """
    narratives = [n for path in sorted(Path(folder).glob("*.txt")) for n in parse_file(path)]
    seen: set[str] = set()
    for narrative in narratives:
        if narrative.id in seen:
            raise AnnotationError(f"two narratives have the id {narrative.id!r}")
        seen.add(narrative.id)
    return narratives


def _escape(text: str) -> str:
    return re.sub(r"([\[\]|\\])", r"\\\1", text)


def format_marked(text: str, marks: Sequence[Mark]) -> str:
    """Write text and marks in the authoring format (the inverse of :func:`parse_marked`).

    Raises:
        AnnotationError: Two spans overlap without being the same.
    """
    parts: list[str] = []
    position = 0
    ordered: Iterable[Mark] = sorted(marks, key=lambda m: (m.start, m.end))
    for (start, end), group in groupby(ordered, key=lambda m: (m.start, m.end)):
        if start < position:
            raise AnnotationError(f"overlapping spans at {start}: {text[start:end]!r}")
        labels = "|".join(
            m.label
            + (f":{m.subject}" if m.subject else "")
            + (f"@{m.period}" if m.period != default_period(m.label) else "")
            + (f"={m.value}" if m.value is not None else "")
            for m in group
        )
        parts += [_escape(text[position:start]), f"[{text[start:end]}|{labels}]"]
        position = end
    return "".join(parts) + _escape(text[position:])
