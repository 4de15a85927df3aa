r"""brat standoff: a folder of ``.txt`` and ``.ann`` pairs.

Offsets count code points. brat itself took ``\r\n`` for one (its issue #853), so a file is read by whichever way of
counting makes all spans of a text cover what the ``.ann`` records of them; if none does, that is an error. Texts are
written unchanged: to annotate texts with ``\r\n`` in brat, fold their line ends first. A span over a line break is
written and read as fragments; fragments with other text between them are an error, as is a span that begins or ends
with a line break, which brat cannot hold.

What it holds: everything, though not all where brat shows it. Period and qualifier are attributes; value, unit, subject
and the rest lie in the note of the span as JSON (another note is kept as ``note``); id, agency and the like lie in
``gxnlp.json``. Relations and events are left aside. When a person moves a span, its value is computed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from gxnlp.errors import AnnotationError
from gxnlp.figures.labels import load_labels
from gxnlp.schema import Qualifier
from gxnlp.training.formats.counting import align
from gxnlp.training.formats.rows import (
    Region,
    Row,
    attributes,
    completed,
    head,
    make_row,
    read_text,
    to_json,
    write_text,
)

_HEADS = "gxnlp.json"
_CONFIG = "annotation.conf"
_ATTRIBUTES = ("period", "qualifier")
_TEXT_BOUND = re.compile(r"(?P<id>T\S+)\t(?P<label>\S+) (?P<places>\d+ \d+(?:;\d+ \d+)*)\t(?P<text>.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"[AM]\S+\t(?P<name>\S+) (?P<target>T\S+)(?: (?P<value>\S+))?")
_NOTE = re.compile(r"#\S*\t\S+ (?P<target>T\S+)\t(?P<note>.*)", re.DOTALL)


def read(path: Path) -> list[Row]:
    """Read a folder; texts come in the order they were written in, then by name.

    Raises:
        AnnotationError: A text has no ``.ann`` or the reverse, a line is malformed, or a span is misaligned.
    """
    if not path.is_dir():
        raise AnnotationError(f"{path}: not a folder of .txt and .ann files")
    heads = _read_heads(path / _HEADS)
    names = {file.stem for file in path.iterdir() if file.suffix in (".txt", ".ann")}
    ordered = [name for name in heads if name in names] + sorted(names - heads.keys())
    rows = []
    for name in ordered:
        text, annotations = path / f"{name}.txt", path / f"{name}.ann"
        for file in (text, annotations):
            if not file.is_file():
                raise AnnotationError(f"{path}: {name} has no {file.suffix} file")
        content = read_text(text)
        regions = _regions(content, read_text(annotations), str(annotations))
        rows.append(make_row(content, regions, heads.get(name, {"id": name}), str(annotations)))
    return rows


def _read_heads(path: Path) -> dict[str, Any]:
    try:
        heads = json.loads(read_text(path)) if path.is_file() else {}
    except ValueError as error:
        raise AnnotationError(f"{path}: not JSON ({error})") from None
    if not isinstance(heads, dict) or not all(isinstance(value, dict) for value in heads.values()):
        raise AnnotationError(f"{path}: not an object of objects")
    return heads


def _regions(text: str, annotations: str, where: str) -> list[Region]:
    labels: dict[str, str] = {}
    spans: list[tuple[int, int, str | None]] = []
    given: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(annotations.split("\n"), 1):
        line = line.removesuffix("\r")
        if match := _TEXT_BOUND.fullmatch(line):
            labels[match["id"]] = match["label"]
            places = [int(place) for place in re.split("[ ;]", match["places"])]
            spans.append((places[0], places[-1], match["text"]))
        elif match := _ATTRIBUTE.fullmatch(line):
            given.setdefault(match["target"], {})[match["name"]] = match["value"] or True
        elif match := _NOTE.fullmatch(line):
            given.setdefault(match["target"], {}).update(_note(match["note"]))
        elif line.startswith("T"):
            raise AnnotationError(f"{where}:{number}: not a text-bound annotation: {line!r}")
    places_in_text = align(text, spans, where)
    return [
        Region(start, end, label, given.get(key, {}))
        for (key, label), (start, end) in zip(labels.items(), places_in_text, strict=True)
    ]


def _note(note: str) -> dict[str, Any]:
    try:
        data = json.loads(note)
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {"note": note}


def write(rows: Sequence[Row], path: Path) -> None:
    """Write a folder, with the ``annotation.conf`` that brat needs for these labels.

    Raises:
        AnnotationError: The folder is there and not empty, a span is misaligned or has no value, a span begins or ends
            with a line break, or a label has blanks.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise AnnotationError(f"{path}: not an empty folder")
    rows = completed(rows, path)
    files: dict[str, str] = {}
    heads: dict[str, Row] = {}
    for row in rows:
        name = _file_name(row["id"], heads)
        heads[name] = head(row)
        files[f"{name}.txt"] = row["text"]
        files[f"{name}.ann"] = "".join(f"{line}\n" for line in _lines(row, f"{path}: {row['id']}"))
    files[_HEADS] = json.dumps(heads, ensure_ascii=False, indent=1) + "\n"
    files[_CONFIG] = _config(rows)
    path.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        write_text(path / file, content)


def _file_name(identifier: str, taken: Mapping[str, object]) -> str:
    name = re.sub(r"[^\w.-]+", "_", str(identifier))[:80].strip(".") or "record"
    folded = {other.casefold() for other in taken}  # some file systems do not tell case apart
    return next(n for i in count(1) if (n := name if i == 1 else f"{name}-{i}").casefold() not in folded)


def _lines(row: Row, where: str) -> Iterator[str]:
    attribute = count(1)
    for number, figure in enumerate(row["figures"], 1):
        start, end, label = figure["start"], figure["end"], figure["label"]
        if len(label.split()) != 1 or label != label.strip():
            raise AnnotationError(f"{where}: brat cannot hold the label {label!r}")
        covered = row["text"][start:end]
        if covered.strip("\r\n") != covered:
            raise AnnotationError(f"{where}: span {start}-{end} begins or ends with a line break: {covered!r}")
        fragments = [(start + m.start(), start + m.end()) for m in re.finditer(r"[^\r\n]+", covered)]
        places = ";".join(f"{first} {last}" for first, last in fragments)
        yield f"T{number}\t{label} {places}\t{' '.join(covered.split())}"
        rest = {"text": covered, **attributes(figure)}
        for name in _ATTRIBUTES:
            if re.fullmatch(r"\S+", str(rest[name])):
                yield f"A{next(attribute)}\t{name} T{number} {rest.pop(name)}"
        yield f"#{number}\tAnnotatorNotes T{number}\t{to_json(rest)}"


def _config(rows: Sequence[Row]) -> str:
    figures = [figure for row in rows for figure in row["figures"]]
    labels = [*load_labels(), *sorted({f["label"] for f in figures} - load_labels().keys())]
    values = {
        "period": ["year", "cumulative", *sorted({str(f["period"]) for f in figures} - {"year", "cumulative"})],
        "qualifier": [str(qualifier) for qualifier in Qualifier],
    }
    lines = ["[entities]", *labels, "[relations]", "[events]", "[attributes]"]
    lines += [f"{name}\tArg:<ENTITY>, Value:{'|'.join(values[name])}" for name in _ATTRIBUTES]
    return "\n".join(lines) + "\n"
