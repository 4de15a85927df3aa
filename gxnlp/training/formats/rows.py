r"""What all formats read into and write from: a narrative as a row of the stand-off form.

A row has the keys of :func:`gxnlp.training.standoff.stand_off`; others that a file brings are kept. Offsets are
half-open and count characters (Unicode code points) of the row's text, a line break ``\r\n`` being two.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from gxnlp.errors import AnnotationError
from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.labels import default_period
from gxnlp.schema import plain_decimal

Row: TypeAlias = dict[str, Any]

_HEAD: Mapping[str, object] = {"id": "", "agency": "", "line": "", "level": "", "year": 0, "kind": "section"}
_PLACE = ("label", "text", "start", "end")
_WORTH = ("value", "unit", "qualifier", "implied")
"""What follows from the characters of the span alone, and goes stale when a person moves the span."""

# Legal inside a JSON string, yet line ends to str.splitlines.
_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}


class Region(NamedTuple):
    """One label on one span, as a file gives it.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        label: The label.
        given: What the file says beside: value, unit, qualifier, period, subject, implied and any other attribute.
            A ``text`` tells which characters these were said of.
    """

    start: int
    end: int
    label: str
    given: Mapping[str, Any] = {}


def make_row(text: str, regions: Iterable[Region], head: Mapping[str, Any], where: str) -> Row:
    """Make a row of what a file gives: check every region, and let the grammar say what the file does not.

    Args:
        text: The narrative.
        regions: Its labelled spans, in any order.
        head: Id, agency, line, level, year and kind, as far as known, and whatever else is to be kept.
        where: File and record, for messages.

    Raises:
        AnnotationError: A span is empty or lies outside the text, a label is missing or stands twice on a span, or a
            value is neither given nor one that the grammar can compute.

    >>> row = make_row("公开29条", [Region(2, 5, "items_total")], {"id": "a"}, "a.json")
    >>> row["figures"][0]["text"], row["figures"][0]["value"]
    ('29条', '29')
    """
    _check_text(text, where)
    worths = {
        (c.start, c.end): {
            "value": c.value, "unit": c.unit, "qualifier": str(c.qualifier), "implied": c.kind == "zero",
        }
        for c in find_candidates(text)
    }  # fmt: skip
    figures = []
    seen: set[tuple[int, int, str]] = set()
    for region in sorted(regions, key=lambda r: (r.start, r.end)):
        check_span(text, region.start, region.end, where)
        if not isinstance(region.label, str) or not region.label:
            raise AnnotationError(f"{where}: no label on {text[region.start : region.end]!r} at {region.start}")
        if (key := (region.start, region.end, region.label)) in seen:
            raise AnnotationError(
                f"{where}: {region.label} stands twice on {text[region.start : region.end]!r} at {region.start}"
            )
        seen.add(key)
        figures.append(_figure(text, region, worths.get(key[:2]), where))
    try:
        year = int(head.get("year") or 0)
    except (TypeError, ValueError):
        raise AnnotationError(f"{where}: year is not a number: {head.get('year')!r}") from None
    known = {key: head.get(key, default) for key, default in _HEAD.items()}
    extra = {key: value for key, value in head.items() if key not in _HEAD and key not in ("text", "figures")}
    return {**known, "year": year, "text": text, "figures": figures, **extra}


def check_span(text: str, start: object, end: object, where: str) -> None:
    """Raise where offsets are no span of a text.

    Raises:
        AnnotationError: They are not whole numbers, lie outside the text, or hold nothing between them.
    """
    if type(start) is not int or type(end) is not int:
        raise AnnotationError(f"{where}: offsets are not whole numbers: {start!r}, {end!r}")
    if not 0 <= start <= end <= len(text):
        raise AnnotationError(f"{where}: span {start}-{end} lies outside the text of {len(text)} characters")
    if start == end:
        raise AnnotationError(f"{where}: the span at {start} is empty")


def _check_text(text: object, where: str) -> None:
    if not isinstance(text, str):
        raise AnnotationError(f"{where}: no text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise AnnotationError(f"{where}: half a surrogate pair at {error.start}") from None


def _figure(text: str, region: Region, worth: Mapping[str, Any] | None, where: str) -> dict[str, Any]:
    covered = text[region.start : region.end]
    given = dict(region.given)
    if given.get("text", covered) != covered:
        given = {key: value for key, value in given.items() if key not in _WORTH}
    given = {**(worth or {}), **given}
    value = given.get("value")
    if value is None:
        raise AnnotationError(
            f"{where}: no value for {covered!r} at {region.start}: mark a span that the grammar offers, or give a value"
        )
    try:
        value = plain_decimal(Decimal(str(value)))
    except InvalidOperation:
        raise AnnotationError(f"{where}: not a number: {value!r} for {covered!r} at {region.start}") from None
    figure = {
        "label": region.label,
        "text": covered,
        "start": region.start,
        "end": region.end,
        "value": value,
        "unit": given.get("unit", ""),
        "qualifier": given.get("qualifier", "exact"),
        "period": given.get("period") or default_period(region.label),
        "subject": given.get("subject"),
        "implied": given.get("implied", False),
    }
    return {**figure, **{key: value for key, value in given.items() if key not in figure}}


def complete(row: Mapping[str, Any], where: str) -> Row:
    """Check a row and fill in what its figures do not say; what every writer does first.

    Raises:
        AnnotationError: As :func:`make_row`, or a figure's text is not what its offsets cover.
    """
    text = row.get("text")
    _check_text(text, where)
    figures = row.get("figures")
    if not isinstance(figures, list) or not all(isinstance(figure, dict) for figure in figures):
        raise AnnotationError(f"{where}: no list of figures")
    regions = []
    for figure in figures:
        start, end = figure.get("start"), figure.get("end")
        check_span(str(text), start, end, where)
        if figure.get("text", str(text)[start:end]) != str(text)[start:end]:
            raise AnnotationError(
                f"{where}: span {start}-{end} covers {str(text)[start:end]!r}, not {figure['text']!r}"
            )
        regions.append(Region(start, end, figure.get("label", ""), attributes(figure)))
    return make_row(str(text), regions, head(row), where)


def completed(rows: Iterable[Mapping[str, Any]], path: Path) -> list[Row]:
    """Check rows that are to be written to a path, which messages name.

    Raises:
        AnnotationError: As :func:`complete`.
    """
    return [complete(row, f"{path}: record {number} ({row.get('id')})") for number, row in enumerate(rows, 1)]


def head(row: Mapping[str, Any]) -> Row:
    """Return what a row says of its narrative: all but text and figures."""
    return {key: value for key, value in row.items() if key not in ("text", "figures")}


def attributes(figure: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a figure says beside label and place."""
    return {key: value for key, value in figure.items() if key not in _PLACE}


def known_figures(ours: Mapping[str, Any], text: str, where: str) -> dict[tuple[int, int, str], dict[str, Any]]:
    """Return what a file keeps aside of its figures, by span and label.

    Args:
        ours: What we put aside, with ``figures``; empty in files that others made.
        text: The narrative.
        where: File and record, for messages.

    Raises:
        AnnotationError: What is kept aside speaks of another text, or is malformed.
    """
    known = {}
    try:
        for figure in ours.get("figures", ()):
            start, end = figure["start"], figure["end"]
            if text[start:end] != figure["text"]:
                raise AnnotationError(f"{where}: span {start}-{end} covers {text[start:end]!r}, not {figure['text']!r}")
            known[start, end, figure["label"]] = attributes(figure)
    except (KeyError, TypeError, AttributeError) as error:
        raise AnnotationError(f"{where}: what is kept of its figures is malformed ({error!r})") from error
    return known


def relabelled(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays true of a figure when a person gives its span another label."""
    return {key: value for key, value in given.items() if key in (*_WORTH, "text", "subject")}


def to_json(data: object) -> str:
    """Write JSON on one line, Chinese unescaped, in a form that no reader of lines breaks up."""
    return json.dumps(data, ensure_ascii=False).translate(_LINE_ENDS)


def read_text(path: Path) -> str:
    """Read UTF-8 exactly as it stands: no line break is changed.

    Raises:
        AnnotationError: It is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path}: not UTF-8 at byte {error.start}") from None


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 exactly as it is given."""
    path.write_bytes(text.encode())
