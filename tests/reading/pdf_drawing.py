"""Draw PDF pages from single marks, so that tests decide where everything stands and in which order it is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

FONT = "STSong-Light"
WIDTH, HEIGHT = 595.0, 842.0
Mark = Callable[[Any], None]


@dataclass
class Drawing:
    """Pages of marks; y counts from the top of the page, text stands on its baseline."""

    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    width: float = WIDTH
    height: float = HEIGHT

    def new_page(self) -> None:
        self.pages.append([])

    def text(self, x: float, y: float, text: str, size: float = 10.0) -> None:
        def mark(c: Any) -> None:
            c.setFont(FONT, size)
            c.drawString(x, self.height - y, text)

        self.pages[-1].append(mark)

    def centred(self, x: float, y: float, text: str, size: float = 10.0) -> None:
        self.text(x - text_width(text, size) / 2, y, text, size)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pages[-1].append(lambda c: c.line(x0, self.height - y0, x1, self.height - y1))

    def mark(self, mark: Mark) -> None:
        self.pages[-1].append(mark)

    def render(self, order: int = 0, *, rotate: int = 0, turn: int = 0, **options: Any) -> bytes:
        """Return the PDF.

        Args:
            order: 0 as drawn, 1 reversed, else shuffled by this seed.
            rotate: The page's own rotation in degrees.
            turn: Degrees (counter-clockwise) that all marks are turned by on a page that is large enough.
            options: For the canvas.
        """
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        stream = BytesIO()
        # reportlab swaps the sides of a page that has a rotation of its own.
        swapped = bool(turn % 180) != bool(rotate % 180)
        size = (self.height, self.width) if swapped else (self.width, self.height)
        c = canvas.Canvas(stream, pagesize=size, invariant=1, **options)
        for page in self.pages:
            marks = list(page)
            if order == 1:
                marks.reverse()
            elif order:
                random.Random(order).shuffle(marks)
            if rotate:
                c.setPageRotation(rotate)
            if turn:
                c.translate(*{90: (self.height, 0), 180: (self.width, self.height), 270: (0, self.width)}[turn])
                c.rotate(turn)
            for mark in marks:
                mark(c)
            c.showPage()
        c.save()
        return stream.getvalue()


def text_width(text: str, size: float) -> float:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return float(pdfmetrics.stringWidth(text, FONT, size))


def wrapped(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for char in text:
        if text_width(lines[-1] + char, size) > width:
            lines.append("")
        lines[-1] += char
    return lines


@dataclass
class Spot:
    """A cell to draw: text, first row and column, spans; ``down`` writes it one character a line."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    down: bool = False


def draw_table(
    drawing: Drawing,
    spots: Sequence[Spot],
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    rules: str = "all",
    size: float = 9.0,
) -> None:
    """Draw cells between the places ``xs`` and ``ys``; ``rules`` is all, rows, columns, frame, inner or none."""
    for spot in spots:
        left, right = xs[spot.column], xs[spot.column + spot.column_span]
        top, bottom = ys[spot.row], ys[spot.row + spot.row_span]
        first_row, last_row = spot.row == 0, spot.row + spot.row_span == len(ys) - 1
        first, last = spot.column == 0, spot.column + spot.column_span == len(xs) - 1
        outer = rules in ("all", "columns", "frame")
        if (rules in ("all", "rows", "inner") and not first_row) or (first_row and (outer or rules == "rows")):
            drawing.line(left, top, right, top)
        if last_row and (outer or rules == "rows"):
            drawing.line(left, bottom, right, bottom)
        if (rules in ("all", "columns", "inner") and not first) or (first and outer):
            drawing.line(left, top, left, bottom)
        if last and outer:
            drawing.line(right, top, right, bottom)
        lines = list(spot.text) if spot.down else wrapped(spot.text, right - left - 8, size)
        pitch = 1.2 * size
        y = (top + bottom) / 2 - pitch * len(lines) / 2 + size
        for text in lines:
            if (spot.text[:1].isdigit() and "." not in spot.text) or spot.down:
                drawing.centred((left + right) / 2, y, text, size)
            else:
                drawing.text(left + 4, y, text, size)
            y += pitch


def paragraph(
    drawing: Drawing, text: str, y: float, *, size: float = 12.0, left: float = 80.0, right: float = 515.0
) -> float:
    """Draw a paragraph with an indent of two characters; returns the baseline below it."""
    lines = wrapped("　　" + text, right - left, size)
    for number, line in enumerate(lines):
        drawing.text(left + 2 * size if number == 0 else left, y, line.strip("　"), size)
        y += 1.8 * size
    return y
