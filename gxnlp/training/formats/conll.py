r"""CoNLL by character, tagged BIO: a line a character, a blank line after each narrative.

A character is a token, so that a Chinese sentence is not one (Label Studio's export makes it one, its issue #1250; such
files are refused). Nothing of the text is left out: characters that are no token, being blank or invisible, are written
as escapes: ``\s`` blank, ``\n`` and ``\r`` line break, ``\t`` tab, ``\\`` backslash, ``\u3000`` and the like.

Two labels on one span are one tag, joined by ``+`` in the order of the labels: ``B-reviews+lawsuits``. Spans that
overlap otherwise cannot be held: an error. Tags hold labels only; all else (id, agency, value, period, subject …) lies
as JSON in the ``-DOCSTART-`` line before the narrative, which readers of CoNLL skip. In files without it, the grammar
gives values, the label the period, and subjects are unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from gxnlp.errors import AnnotationError
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

_START = "-DOCSTART-"
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", " ": "\\s", "\\": "\\\\"}
_UNESCAPES = {escape: char for char, escape in _ESCAPES.items()}
_CODE = re.compile(r"\\(?:u[0-9a-f]{4}|U[0-9a-f]{8})")


def _escape(char: str) -> str:
    if char in _ESCAPES or (char.isprintable() and not char.isspace()):
        return _ESCAPES.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _unescape(token: str, where: str) -> str:
    if token in _UNESCAPES:
        return _UNESCAPES[token]
    if _CODE.fullmatch(token):
        return chr(int(token[2:], 16))
    if len(token) != 1:
        raise AnnotationError(f"{where}: {token[:20]!r} is {len(token)} characters: tokens must be single characters")
    return token


def read(path: Path) -> list[Row]:
    """Read character tokens from the first column and BIO tags from the last.

    Raises:
        AnnotationError: A token is longer than a character, or a tag does not continue what stands before it.
    """
    rows = []
    for number, (line, ours, block) in enumerate(_blocks(path), 1):
        where = f"{path}:{line}"
        text, regions = _decode(block, path, line)
        known = known_figures(ours, text, where)
        found = [Region(start, end, label, known.get((start, end, label), {})) for start, end, label in regions]
        rows.append(make_row(text, found, {"id": f"{path.stem}-{number}", **head(ours)}, where))
    return rows


def _blocks(path: Path) -> Iterator[tuple[int, dict[str, Any], list[str]]]:
    """Yield number of the first line, what is said of the narrative, and lines of each narrative."""
    ours: dict[str, Any] | None = None
    block: list[str] = []
    first = 1
    for number, line in enumerate([*read_text(path).removeprefix("\ufeff").split("\n"), ""], 1):
        line = line.removesuffix("\r")
        if line.strip() and not line.startswith(_START):
            first = first if block else number
            block.append(line)
            continue
        if block:
            yield first, ours or {}, block
            ours, block = None, []
        if line.startswith(_START):
            if ours:
                yield number, ours, []  # a narrative without a character
            ours = _said(line, f"{path}:{number}")
    if ours:
        yield number, ours, []


def _said(line: str, where: str) -> dict[str, Any]:
    said = line.removeprefix(_START).strip().removesuffix(" O")
    if not said.startswith("{"):
        return {}
    try:
        data = json.loads(said)
    except ValueError as error:
        raise AnnotationError(f"{where}: what follows {_START} is not JSON ({error})") from None
    return dict(data)


def _decode(block: Sequence[str], path: Path, first: int) -> tuple[str, list[tuple[int, int, str]]]:
    chars: list[str] = []
    spans: list[tuple[int, int, str]] = []
    tag = "O"
    for position, line in enumerate(block):
        where = f"{path}:{first + position}"
        columns = line.split()
        if len(columns) < 2:
            raise AnnotationError(f"{where}: a token and a tag are needed: {line!r}")
        before, tag = tag, columns[-1]
        chars.append(_unescape(columns[0], where))
        kind, dash, labels = tag.partition("-")
        if tag == "O":
            continue
        if kind not in ("B", "I") or not dash or not labels:
            raise AnnotationError(f"{where}: not a BIO tag: {tag!r}")
        if kind == "B":
            spans.append((position, position + 1, labels))
        elif before[2:] != labels:
            raise AnnotationError(f"{where}: {tag} continues nothing, it follows {before}")
        else:
            spans[-1] = (spans[-1][0], position + 1, labels)
    return "".join(chars), [(start, end, label) for start, end, labels in spans for label in labels.split("+")]


def write(rows: Sequence[Row], path: Path) -> None:
    """Write narratives by character.

    Raises:
        AnnotationError: A span is misaligned or has no value, spans overlap without being the same, or a label has
            blanks or a ``+``.
    """
    blocks = []
    for row in completed(rows, path):
        said = to_json({**head(row), "figures": row["figures"]})
        tags = _tags(row, f"{path}: {row['id']}")
        lines = [f"{_escape(char)} {tag}\n" for char, tag in zip(row["text"], tags, strict=True)]
        blocks.append("".join([f"{_START} {said} O\n\n", *lines, "\n"]))
    write_text(path, "".join(blocks))


def _tags(row: Row, where: str) -> list[str]:
    tags = ["O"] * len(row["text"])
    free_from = 0
    for (start, end), group in groupby(row["figures"], key=lambda f: (f["start"], f["end"])):
        labels = [figure["label"] for figure in group]
        if start < free_from:
            raise AnnotationError(
                f"{where}: CoNLL cannot hold overlapping spans: {row['text'][start:end]!r} at {start}"
            )
        if bad := [label for label in labels if re.search(r"[\s+]", label)]:
            raise AnnotationError(f"{where}: CoNLL cannot hold the label {bad[0]!r}")
        joined = "+".join(labels)
        tags[start:end] = [f"B-{joined}", *[f"I-{joined}"] * (end - start - 1)]
        free_from = end
    return tags
