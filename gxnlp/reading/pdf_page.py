"""What is drawn on a PDF page, as far as reading needs it: glyphs and rules, turned so that text runs to the right.

pdfminer interprets the content stream; the device below keeps a glyph or a rule of it each and forgets the rest, so
that a page costs one pass and little memory. Everything is sorted by place: the order of the content stream, which
differs between programs that print the same page, has no say in what is read.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gxnlp.document import BBox

if TYPE_CHECKING:
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdfpage import PDFPage

UNMAPPED = "\ufffd"
"""Stands in the text for a glyph whose font does not say which character it is."""

Direction = Literal[0, 1, 2, 3]
"""Where a run of text goes: right, down, left, up."""

_THIN = 3.0
"""A filled box thinner than this many points is a rule."""


class Glyph(NamedTuple):
    """A character as drawn; coordinates in points from the top left corner, y downwards.

    ``x``/``y`` are the origin on the baseline, ``size`` is the font size as it appears on the page.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    x: float
    y: float
    size: float
    bold: bool
    direction: Direction

    @property
    def centre(self) -> tuple[float, float]:
        """Centre of the visible shape; by the baseline, as boxes differ with what fonts say of their descent."""
        if self.direction == 0:
            return (self.x0 + self.x1) / 2, self.y - 0.35 * self.size
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def is_blank(self) -> bool:
        """Whether nothing is to be seen."""
        return self.text.isspace()


class Rule(NamedTuple):
    """A straight line: at ``at`` across its direction, from ``low`` to ``high`` along it."""

    horizontal: bool
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Page:
    """Glyphs and rules of a page in reading position.

    Attributes:
        number: Counts from 1.
        width: Width in points, as turned for reading.
        height: Height in points, as turned for reading.
        turn: Direction that most of the text has on the page as displayed.
        glyphs: Sorted by place.
        rules: Sorted by place.
        slanted: Text that runs neither along nor across the page, as watermarks do.
        pictures: Number of pictures.
        invisible: Number of glyphs drawn in the invisible mode (the text layer of a scan).
    """

    number: int
    width: float
    height: float
    turn: Direction
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    slanted: str
    pictures: int
    invisible: int

    def displayed(self, box: BBox) -> BBox:
        """Translate a box from the reading position back to the page as displayed."""
        if self.turn == 0:
            return _rounded(box)
        # Turning back is turning the rest of the full circle; the width as displayed is the height as read.
        back = (4 - self.turn) % 4
        return _rounded(_turned_box(box, back, self.width, self.height))


def _rounded(box: BBox) -> BBox:
    left, top, right, bottom = box
    return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


def _turned_point(x: float, y: float, direction: int, width: float, height: float) -> tuple[float, float]:
    """Turn the page so that what ran in ``direction`` runs to the right."""
    if direction == 1:
        return y, width - x
    if direction == 2:
        return width - x, height - y
    if direction == 3:
        return height - y, x
    return x, y


def _turned_box(box: BBox, direction: int, width: float, height: float) -> BBox:
    x0, y0 = _turned_point(box[0], box[1], direction, width, height)
    x1, y1 = _turned_point(box[2], box[3], direction, width, height)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def turned(glyph: Glyph, direction: int, width: float, height: float) -> Glyph:
    """Return the glyph on a page of ``width`` by ``height`` points turned so that ``direction`` becomes rightwards."""
    if direction == 0:
        return glyph
    x0, top, x1, bottom = _turned_box((glyph.x0, glyph.top, glyph.x1, glyph.bottom), direction, width, height)
    x, y = _turned_point(glyph.x, glyph.y, direction, width, height)
    now: Direction = (glyph.direction - direction) % 4  # type: ignore[assignment]
    return Glyph(glyph.text, x0, top, x1, bottom, x, y, glyph.size, glyph.bold, now)


def _turned_rule(rule: Rule, direction: int, width: float, height: float) -> Rule:
    box = (rule.low, rule.at, rule.high, rule.at) if rule.horizontal else (rule.at, rule.low, rule.at, rule.high)
    x0, top, x1, bottom = _turned_box(box, direction, width, height)
    horizontal = rule.horizontal ^ (direction % 2 == 1)
    return Rule(True, top, x0, x1) if horizontal else Rule(False, x0, top, bottom)


def without_overprints(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Sort glyphs and drop one that is printed again almost on the same spot, as programs do to fake bold."""
    kept: list[Glyph] = []
    for glyph in sorted(glyphs):
        across = 0.3 * max(glyph.x1 - glyph.x0, 0.1)
        along = 0.2 * glyph.size
        for other in reversed(kept):
            if other.text != glyph.text or glyph.x0 - other.x0 > across:
                kept.append(glyph)
                break
            if abs(other.top - glyph.top) <= along:
                break
        else:
            kept.append(glyph)
    return kept


class TooManyPages(Exception):  # noqa: N818 - a verdict on the file, turned into a ReadError by who knows its name
    """The file has more pages than asked for."""


def pages(data: bytes, limit: int) -> Iterator[Page]:
    """Interpret a PDF page by page; nothing of a page is kept once the next is asked for.

    Args:
        data: The file.
        limit: Number of pages from which none is interpreted.

    Raises:
        TooManyPages: There are more pages than that, counted before any is interpreted.
        Exception: Whatever pdfminer meets in a broken file.
    """
    from io import BytesIO

    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    document = PDFDocument(PDFParser(BytesIO(data)))
    resources = PDFResourceManager()
    device = _device_class()(resources)
    interpreter = PDFPageInterpreter(resources, device)
    if sum(1 for _ in islice(PDFPage.create_pages(document), limit + 1)) > limit:
        raise TooManyPages
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        yield _interpreted(page, number, interpreter, device)


def _interpreted(page: PDFPage, number: int, interpreter: PDFPageInterpreter, device: Any) -> Page:
    device.clear()
    interpreter.process_page(page)
    width, height = device.cur_item.width, device.cur_item.height
    left, top, right, bottom = device.visible
    glyphs = [
        g for g in device.glyphs if left <= (g.x0 + g.x1) / 2 <= right and top <= (g.top + g.bottom) / 2 <= bottom
    ]
    directions = Counter(g.direction for g in glyphs if not g.is_blank)
    turn: Direction = min(directions, key=lambda d: (-directions[d], d)) if directions else 0
    glyphs = without_overprints(turned(g, turn, width, height) for g in glyphs)
    rules = sorted(_turned_rule(r, turn, width, height) for r in device.rules)
    read_width, read_height = (height, width) if turn % 2 else (width, height)
    slanted = "".join(text for _, _, text in sorted(device.slanted))
    return Page(
        number,
        read_width,
        read_height,
        turn,
        tuple(glyphs),
        tuple(rules),
        slanted,
        device.pictures,
        device.invisible,
    )


def _is_white(color: Any) -> bool:
    values: Sequence[Any] = color if isinstance(color, tuple | list) else (color,)
    if not values or not all(isinstance(v, int | float) for v in values):
        return False
    return all(v == 0 for v in values) if len(values) == 4 else all(v >= 0.99 for v in values)


def _direction(matrix: tuple[float, ...]) -> Direction:
    a, b = matrix[0], matrix[1]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 3 if b > 0 else 1


def _clean(text: str) -> str:
    """Return what a font's map gives without control characters and without halves of surrogate pairs."""
    return "".join(
        " " if category == "Cc" else UNMAPPED if category == "Cs" else char
        for char in text
        for category in (unicodedata.category(char),)
    )


_BOLD = ("bold", "heavy", "black", "simhei", "heiti", "黑体", "xbs", "小标宋")


@cache
def _device_class() -> Any:
    """Return the device's class; it is made on first use, as pdfminer is not to be loaded with the package."""
    from pdfminer.converter import PDFLayoutAnalyzer
    from pdfminer.pdffont import PDFUnicodeNotDefined
    from pdfminer.utils import apply_matrix_pt, apply_matrix_rect

    class Device(PDFLayoutAnalyzer):  # type: ignore[misc,unused-ignore]
        """Receives what pdfminer's interpreter draws."""

        def __init__(self, resources: Any) -> None:
            super().__init__(resources)
            self._bold: dict[int, bool] = {}
            self.clear()

        def clear(self) -> None:
            """Forget the page."""
            self.glyphs: list[Glyph] = []
            self.rules: list[Rule] = []
            self.slanted: list[tuple[float, float, str]] = []
            self.pictures = 0
            self.invisible = 0
            self.visible: BBox = (0.0, 0.0, 0.0, 0.0)
            self._mode = 0

        def begin_page(self, page: Any, ctm: Any) -> None:
            super().begin_page(page, ctm)
            x0, y0, x1, y1 = apply_matrix_rect(ctm, page.cropbox)
            self._height: float = self.cur_item.height
            self.visible = (x0, self._height - y1, x1, self._height - y0)

        def end_page(self, page: Any) -> None:
            pass

        def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
            self._mode = textstate.render
            super().render_string(textstate, seq, ncs, graphicstate)

        def render_image(self, name: str, stream: Any) -> None:
            self.pictures += 1
            figure = self.cur_item
            self._box(figure.x0, figure.y0, figure.x1, figure.y1, stroked=False, visible=False)

        def render_char(
            self,
            matrix: Any,
            font: Any,
            fontsize: float,
            scaling: float,
            rise: float,
            cid: int,
            ncs: Any,
            graphicstate: Any,
        ) -> float:
            try:
                text = font.to_unichr(cid)
            except PDFUnicodeNotDefined:
                text = UNMAPPED
            if not isinstance(text, str) or text.startswith("(cid:"):
                text = UNMAPPED
            advance: float = font.char_width(cid) * fontsize * scaling
            if font.is_vertical():
                shift_x, shift_y = font.char_disp(cid)
                left = -(fontsize * 0.5 if shift_x is None else shift_x * fontsize * 0.001)
                high = (1000 - shift_y) * fontsize * 0.001 + rise
                box = (left, high + advance, left + fontsize, high)
                direction: Direction = 0
                x, y = apply_matrix_pt(matrix, (left, high + 0.88 * advance))
            else:
                low = font.get_descent() * fontsize + rise
                box = (0, low, advance, low + fontsize)
                direction = _direction(matrix)
                x, y = apply_matrix_pt(matrix, (0, rise))
            x0, y0, x1, y1 = apply_matrix_rect(matrix, box)
            bold = self._bold.get(id(font))
            if bold is None:
                bold = self._bold[id(font)] = _looks_bold(font)
            size = y1 - y0 if direction % 2 == 0 else x1 - x0
            height = self._height
            if not text.isprintable():
                text = _clean(text)
            if text:
                self.invisible += self._mode == 3
                if min(abs(matrix[0]), abs(matrix[1])) > 0.15 * max(abs(matrix[0]), abs(matrix[1])):
                    self.slanted.append((round(x), -y, text))
                else:
                    self.glyphs.append(
                        Glyph(text, x0, height - y1, x1, height - y0, x, height - y, size, bold, direction)
                    )
            return advance

        def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
            points: list[tuple[float, float]] = []
            visible = stroke or not _is_white(gstate.ncolor)
            for operator, *operands in path:
                if operator == "m":
                    self._subpath(points, stroke, visible)
                    points = []
                if operator == "h":
                    points += points[:1]
                elif operator in "ml":
                    points.append(apply_matrix_pt(self.ctm, (operands[0], operands[1])))
                else:
                    # A curve is no rule, and what it joins is none either.
                    self._subpath(points, stroke, visible)
                    points = [apply_matrix_pt(self.ctm, (operands[-2], operands[-1]))]
            self._subpath(points, stroke, visible)

        def _subpath(self, points: list[tuple[float, float]], stroke: bool, visible: bool) -> None:
            if len(points) < 2:
                return
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            if not stroke:
                self._box(min(xs), min(ys), max(xs), max(ys), stroked=False, visible=visible)
            elif len(points) == 5 and len(set(xs)) <= 2 and len(set(ys)) <= 2:
                self._box(min(xs), min(ys), max(xs), max(ys), stroked=True, visible=visible)
            else:
                for (xa, ya), (xb, yb) in pairwise(points):
                    if abs(xa - xb) <= 1 or abs(ya - yb) <= 1:
                        self._box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb), stroked=True, visible=visible)

        def _box(self, x0: float, y0: float, x1: float, y1: float, *, stroked: bool, visible: bool) -> None:
            """Note the rules that a box shows: itself where it is thin, else its sides."""
            top, bottom = self._height - y1, self._height - y0
            wide, high = x1 - x0, bottom - top
            if high <= _THIN:
                self.rules.append(Rule(True, (top + bottom) / 2, x0, x1))
            if wide <= _THIN:
                self.rules.append(Rule(False, (x0 + x1) / 2, top, bottom))
            if high <= _THIN or wide <= _THIN or not visible:
                return
            left, upper, right, lower = self.visible
            if not stroked and wide * high > 0.6 * (right - left) * (lower - upper):
                return  # the ground of the page
            self.rules += (
                Rule(True, top, x0, x1),
                Rule(True, bottom, x0, x1),
                Rule(False, x0, top, bottom),
                Rule(False, x1, top, bottom),
            )

    return Device


def _looks_bold(font: Any) -> bool:
    name = getattr(font, "fontname", "") or ""
    if isinstance(name, bytes):
        name = name.decode("gb18030", "replace")
    return any(mark in name.lower() for mark in _BOLD)
