"""Page numbers and running heads and feet, told from the text by their place and by what pages have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from gxnlp.reading.pdf_columns import is_value
from gxnlp.reading.pdf_page import Page
from gxnlp.reading.pdf_text import TextLine

_SAME_PLACE = 4.0

_PAGE_NUMBER = re.compile(
    r"[-—–－―─·•.~*\s]*(?:第\s*)?(?P<number>\d{1,4})\s*页?\s*"
    r"(?:[,，/／|、\-–—]?\s*(?:共|of|总)?\s*\d{1,4}\s*页?)?[-—–－―─·•.~*\s]*|"
    r"(?i:page|p\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE_NUMBER = re.compile(r"\s*\d{1,4}\s*")


def page_number(text: str) -> int | None:
    """Return the number that a line of page numbering gives, or None where the line is something else.

    >>> page_number("- 4 -"), page_number("— 12 —"), page_number("第 4 页 共 9 页"), page_number("公开4条")
    (4, 12, 4, None)
    """
    found = _PAGE_NUMBER.fullmatch(text.strip())
    if not found:
        return None
    return int(found["number"] or re.findall(r"\d+", text)[0])


def furniture(pages: Sequence[tuple[Page, Sequence[TextLine]]]) -> list[frozenset[int]]:
    """Find page numbers and running heads and feet.

    Looks at the lines from the upper and the lower end of each page inwards, and stops at the first that is text.

    Args:
        pages: Each page with its lines outside tables, top to bottom.

    Returns:
        For each page the positions of the lines that are furniture.
    """
    found: list[set[int]] = [set() for _ in pages]
    for upper in (True, False):
        zones = [_zone(page, lines, upper=upper) for page, lines in pages]
        repeated = _repeated(pages, zones)
        offsets = _numbering(pages, zones)
        for p, ((page, lines), zone) in enumerate(zip(pages, zones, strict=True)):
            for i in zone:
                text = lines[i].text
                number = page_number(text)
                numbered = number is not None and (
                    not _BARE_NUMBER.fullmatch(text) or page.number - number in offsets or len(pages) == 1
                )
                if not numbered and (p, i) not in repeated:
                    break
                found[p].add(i)
    return [frozenset(lines) for lines in found]


def _zone(page: Page, lines: Sequence[TextLine], *, upper: bool) -> list[int]:
    """Return the positions of the lines in the upper or lower margin, from the edge inwards."""
    depth = 0.14 * page.height
    if upper:
        return [i for i, line in enumerate(lines) if line.bottom <= depth][:4]
    return [i for i, line in reversed(list(enumerate(lines))) if line.top >= page.height - depth][:4]


def _repeated(pages: Sequence[tuple[Page, Sequence[TextLine]]], zones: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Return the lines (page, position) that stand at the same height of another page, but for a count of pages."""
    places: dict[str, list[tuple[float, int, int]]] = {}
    for p, ((page, lines), zone) in enumerate(zip(pages, zones, strict=True)):
        for i in zone:
            key = re.sub(r"\d+", "#", "".join(lines[i].text.split()))
            from_edge = lines[i].base - (page.height if lines[i].base > page.height / 2 else 0)
            places.setdefault(key, []).append((from_edge, p, i))

    def alike(p: int, i: int, q: int, j: int) -> bool:
        ours, theirs = pages[p][1][i], pages[q][1][j]
        steps = [int(b) - int(a) for a, b in zip(_numbers(ours), _numbers(theirs), strict=True)]
        counting = q - p in steps
        # Rows of a table may look alike on two pages; a head with a number beside it counts the pages.
        row = len(ours.segments) > 1 and any(is_value(segment.text) for segment in ours.segments)
        return all(step in (0, q - p) for step in steps) and (counting or not row) and page_number(ours.text) is None

    return {
        (p, i)
        for same in places.values()
        for base, p, i in same
        if any(q != p and abs(base - there) <= _SAME_PLACE and alike(p, i, q, j) for there, q, j in same)
    }


def _numbers(line: TextLine) -> list[str]:
    return re.findall(r"\d+", line.text)


def _numbering(pages: Sequence[tuple[Page, Sequence[TextLine]]], zones: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return by how much printed page numbers lag behind the count of pages, where two pages or more agree."""
    lags: Counter[int] = Counter()
    for (page, lines), zone in zip(pages, zones, strict=True):
        numbers: Iterable[int | None] = (page_number(lines[i].text) for i in zone)
        lags.update({page.number - number for number in numbers if number is not None})
    return frozenset(lag for lag, count in lags.items() if count >= 2)
