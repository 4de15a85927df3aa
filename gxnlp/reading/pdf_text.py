"""From glyphs to lines of text, and from lines to paragraphs, by where they stand on the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gxnlp.document import BBox
from gxnlp.reading.pdf_page import Glyph, turned

_SAME_BASELINE = 0.45
_WORD_GAP = 0.25
_WIDE_WORD_GAP = 0.6
_SEGMENT_GAP = 0.9
_CELL_GAP = 1.5


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text without a wide gap in it; coordinates in points, ``base`` is the baseline."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool

    @property
    def box(self) -> BBox:
        """Left, top, right, bottom."""
        return self.x0, self.top, self.x1, self.bottom


@dataclass(frozen=True, slots=True)
class TextLine:
    """What stands on one baseline, left to right; never empty."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The text; wide gaps become a blank, very wide ones a tab, as between cells."""
        text = self.segments[0].text
        for before, after in pairwise(self.segments):
            text += ("\t" if after.x0 - before.x1 > _CELL_GAP * after.size else " ") + after.text
        return text

    @property
    def x0(self) -> float:
        """Left end."""
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        """Right end."""
        return self.segments[-1].x1

    @property
    def top(self) -> float:
        """Upper end."""
        return min(segment.top for segment in self.segments)

    @property
    def bottom(self) -> float:
        """Lower end."""
        return max(segment.bottom for segment in self.segments)

    @property
    def base(self) -> float:
        """Baseline of the first segment."""
        return self.segments[0].base

    @property
    def size(self) -> float:
        """Size of the largest segment."""
        return max(segment.size for segment in self.segments)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(segment.bold for segment in self.segments)

    @property
    def box(self) -> BBox:
        """Left, top, right, bottom."""
        return self.x0, self.top, self.x1, self.bottom


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Return the lines that glyphs form, top to bottom; only text that runs to the right is looked at."""
    across = sorted((g for g in glyphs if g.direction == 0), key=lambda g: (g.y, g.x0, g.text))
    rows: list[list[Glyph]] = []
    for glyph in across:
        if rows and glyph.y - rows[-1][0].y <= _SAME_BASELINE * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [TextLine(segments) for row in rows if (segments := _segments(row))]


def _segments(row: list[Glyph]) -> tuple[Segment, ...]:
    row.sort(key=lambda g: (g.x0, g.text))
    segments: list[Segment] = []
    run: list[Glyph] = []
    text: list[str] = []
    blank = False
    for glyph in row:
        if glyph.is_blank:
            blank = True
            continue
        if run:
            before = run[-1]
            gap = (glyph.x0 - before.x1) / max(min(glyph.size, before.size), 1.0)
            if gap > _SEGMENT_GAP:
                segments.append(_segment(run, "".join(text)))
                run, text = [], []
            elif blank or gap > (_WORD_GAP if before.text.isascii() and glyph.text.isascii() else _WIDE_WORD_GAP):
                text.append(" ")
        run.append(glyph)
        text.append(glyph.text)
        blank = False
    if run:
        segments.append(_segment(run, "".join(text)))
    return tuple(segments)


def _segment(run: Sequence[Glyph], text: str) -> Segment:
    sizes = Counter(round(g.size, 1) for g in run)
    return Segment(
        text,
        run[0].x0,
        min(g.top for g in run),
        max(g.x1 for g in run),
        max(g.bottom for g in run),
        run[0].y,
        min(sizes, key=lambda size: (-sizes[size], size)),
        all(g.bold for g in run),
    )


def joined(before: str, after: str) -> str:
    """Join two lines of one run of text: Chinese without a blank, words of letters with one.

    >>> joined("行政规范", "性文件"), joined("annual", "report"), joined("10", "24")
    ('行政规范性文件', 'annual report', '1024')
    """
    if not before or not after:
        return before + after
    apart = before[-1].isascii() and after[0].isascii() and before[-1].isalpha() and after[0].isalpha()
    return f"{before} {after}" if apart else before + after


def fills(line: TextLine, width: float) -> bool:
    """Whether a line reaches from side to side of a cell, so that what stands below it may go on with it."""
    return line.x1 - line.x0 > 0.88 * width - 1.5 * line.size


def cell_text(lines: Sequence[TextLine], glyphs: Sequence[Glyph], width: float) -> str:
    """Return the text in a cell, its lines joined.

    Two lines of digits are one number only where the first fills the cell; else a line break keeps them apart.

    Args:
        lines: The lines that run to the right.
        glyphs: All glyphs of the cell; what is written sideways is read from them.
        width: Width of the cell in points.
    """
    text = ""
    last: TextLine | None = None
    for line in lines:
        digits = bool(last) and text[-1:].isdigit() and line.text[:1].isdigit()
        if last is not None and digits and not fills(last, width):
            text = f"{text}\n{line.text}"
        else:
            text = joined(text, line.text)
        last = line
    for direction in (1, 2, 3):
        if sideways := [turned(g, direction, 0.0, 0.0) for g in glyphs if g.direction == direction]:
            for line in lines_of(sideways):
                text = joined(text, line.text)
    return text


@dataclass(frozen=True, slots=True)
class Measure:
    """The type area of a document: ends of full lines, usual size and pitch of lines (points), whether it is bold."""

    left: float
    right: float
    size: float
    pitch: float
    bold: bool = False


def measure(pages: Sequence[Sequence[TextLine]]) -> Measure:
    """Find the type area from the lines of prose of all pages."""
    lines = [line for page in pages for line in page]
    if not lines:
        return Measure(0.0, 0.0, 10.0, 15.0)
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    size = max(weights, key=lambda s: (weights[s], -s))
    body = [line for line in lines if abs(line.size - size) < 1] or lines
    right = _edge([line.x1 for line in body], upper=True)
    left = _edge([line.x0 for line in body], upper=False)
    pitches = Counter(
        round(b.base - a.base) for page in pages for a, b in pairwise(page) if 0.9 * size < b.base - a.base < 4 * size
    )
    pitch = float(min(pitches, key=lambda p: (-pitches[p], p))) if pitches else 1.5 * size
    bold = sum(line.bold for line in body) > len(body) / 2
    return Measure(left, right, size, pitch, bold)


def _edge(values: list[float], *, upper: bool) -> float:
    """Return the outermost place that at least a tenth of the lines reach (at least one)."""
    ordered = sorted(values, reverse=upper)
    return ordered[min(len(ordered) - 1, len(ordered) // 10)]


_MARK = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十\d]+[条章部]|"
    r"\d{1,2}[、.．](?!\d)|[①-⑳]|[●■◆▪•·]\s)"
)


def begins_item(text: str) -> bool:
    """Whether a line begins with the mark of a list item or a numbered heading.

    >>> begins_item("（一）主动公开"), begins_item("3.政策解读"), begins_item("3.5万元")
    (True, True, False)
    """
    return _MARK.match(text) is not None


def is_centred(line: TextLine, area: Measure) -> bool:
    """Whether a line stands in the middle of the type area, well away from both ends."""
    before, after = line.x0 - area.left, area.right - line.x1
    return min(before, after) > 1.5 * line.size and abs(before - after) < max(3.0, 0.8 * line.size)


def continues(before: TextLine, after: TextLine, area: Measure, *, same_page: bool) -> bool:
    """Whether ``after`` goes on with the paragraph that ``before`` ends a line of."""
    size = before.size
    if abs(after.size - size) > 0.12 * size or (before.bold != after.bold and len(before.segments) == 1):
        return False
    large = size > 1.15 * area.size
    if same_page and after.base - before.base > (2.2 * size if large else 1.45 * max(area.pitch, 1.1 * size)):
        return False
    if large:
        filled = is_centred(before, area) or area.right - before.x1 < 2.2 * size
        return same_page and filled and not begins_item(after.text)
    if is_centred(before, area) and is_centred(after, area):
        return False
    if area.right - before.x1 > 2.2 * size:
        return False
    indent = after.x0 - area.left
    if indent > 0.8 * size:
        # A hanging paragraph keeps its own indent in the lines that follow; a new one steps in.
        return abs(after.x0 - before.x0) < 0.5 * size and not begins_item(after.text) and indent > 2.5 * size
    return True
