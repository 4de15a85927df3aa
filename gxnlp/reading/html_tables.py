"""Tables of HTML: data tables told from tables that lay out a page, merged cells in their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gxnlp.reading.assembly import GridCell

_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")
_BREAKS = frozenset(("br", "p", "div", "li", "tr", "table"))
_WIDEST = 1000
"""Columns that one cell may span, as in the HTML standard."""
_TALLEST = 65534


def is_data_table(table: Any) -> bool:
    """Whether a ``table`` element holds data: several columns; no headings, tables or paragraphs of prose; no menu."""
    if next(table.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is not None:
        return False
    if any(inner is not table for inner in table.iter("table")):
        return False
    rows = [[_BLANKS.sub("", cell.text_content()) for cell in _cells(row)] for row in _rows(table)]
    if not any(sum(bool(text) for text in row) > 1 for row in rows):
        return False
    texts = [text for row in rows for text in row]
    if any(len(text) > 200 and text.count("。") >= 2 for text in texts):
        return False
    links = sum(len(_BLANKS.sub("", link.text_content())) for link in table.iter("a"))
    return links * 2 < sum(map(len, texts))


def grid_cells(table: Any) -> list[GridCell]:
    """Return the cells of a data table, each once, at its top left corner in the grid that the spans make."""
    rows = [list(_cells(row)) for row in _rows(table)]
    spans = [[(cell.get("rowspan"), cell.get("colspan")) for cell in row] for row in rows]
    places = places_in_grid(spans)
    return [
        GridCell(_text(cell), *place)
        for row, at in zip(rows, places, strict=True)
        for cell, place in zip(row, at, strict=True)
    ]


def places_in_grid(spans: Sequence[Sequence[tuple[str | None, str | None]]]) -> list[list[tuple[int, int, int, int]]]:
    """Place cells in a grid by their ``rowspan`` and ``colspan`` as written.

    Spans are clipped to the table's rows, and a cell that would lie on another moves to the next free column, as in
    browsers.

    Returns:
        For each cell its row, column, row span and column span.

    >>> places_in_grid([[("2", None), (None, "2")], [(None, None)]])
    [[(0, 0, 2, 1), (0, 1, 1, 2)], [(1, 1, 1, 1)]]
    """
    free_from: dict[int, int] = {}
    places: list[list[tuple[int, int, int, int]]] = []
    for y, row in enumerate(spans):
        places.append([])
        x = 0
        for down, across in row:
            while free_from.get(x, 0) > y:
                x += 1
            height = min(_span(down, _TALLEST) or len(spans), len(spans) - y)
            width = _span(across, _WIDEST) or 1
            free_from.update({x + dx: max(free_from.get(x + dx, 0), y + height) for dx in range(width)})
            places[-1].append((y, x, height, width))
            x += width
    return places


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells(row: Any) -> Iterator[Any]:
    return iter(row.iterchildren("td", "th"))


def _span(written: str | None, most: int) -> int:
    """The number of a span attribute; 0 (to the end of the table) only where it says so, 1 where it makes no sense."""
    match = re.match(r"\s*(\d{1,6})", written or "1")
    return min(int(match.group(1)), most) if match else 1


def _text(cell: Any) -> str:
    """The text of a cell; paragraphs and line breaks inside part its lines."""
    from lxml import etree

    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in _BREAKS and (event == "start" or element.tag != "br"):
            parts.append("\n")
        text = element.text if event == "start" else element.tail if element is not cell else None
        if text:
            parts.append(_BLANKS.sub(" ", text))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
