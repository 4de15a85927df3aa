"""DOCX: the body of a Word file in order, tables with their merged cells, automatic numbers written out.

The parts of the file are read as XML with their own element names; that bears what other programs than Word write
(missing styles, the strict dialect's name spaces, tables whose rows differ in length).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gxnlp.document import Document
from gxnlp.errors import ReadError
from gxnlp.reading.assembly import DocumentBuilder, GridCell, Line
from gxnlp.reading.columns import column_numbers
from gxnlp.reading.contents import is_contents_entry
from gxnlp.reading.docx_numbering import Numbering, read_numbering
from gxnlp.reading.docx_package import Package, attribute, child_of, children, integer, is_on, tag_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# Elements that only wrap what belongs to the text; what is not named is looked into as well, for text boxes.
_DROPPED = frozenset({"del", "moveFrom", "delText", "instrText", "rPr", "pPr", "rt", "sdtPr", "sdtEndPr", "softHyphen"})
_BREAKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(data: bytes, name: str) -> Document:
    """Read a DOCX file.

    Deleted text, hidden text, headers and footers are left out, inserted text is kept; text boxes and footnotes follow
    the paragraph that they hang on; a table of contents is furniture. A soft line break stays in its block unless a
    sentence or an item begins after it.

    Args:
        data: The file.
        name: The path as given, or ``<bytes>``; errors name it.

    Raises:
        ReadError: Category ``empty``, ``unsupported`` (no DOCX), ``encrypted``, ``truncated``, ``corrupt``,
            ``too_large`` or ``no_text``.
    """
    parts = Package(data, name)
    body = next(children(parts.main, "body"), None)
    if body is None:
        raise ReadError(name, "the document part has no body", "corrupt")
    reader = _Reader(_styles(parts.part("styles.xml")), read_numbering(parts.part("numbering.xml")))
    reader.notes = _notes(parts.part("footnotes.xml"))
    reader.walk(body)
    return reader.builder.build(data, name=name, format="docx")


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says, its ancestors' word included."""

    name: str = ""
    heading: bool = False
    bold: bool = False
    centred: bool = False
    list_id: str | None = None
    level: int = 0


def _styles(part: _Element | None) -> dict[str, _Style]:
    elements = {attribute(style, "styleId") or "": style for style in children(part, "style")}
    styles: dict[str, _Style] = {}

    def resolve(key: str, trail: frozenset[str]) -> _Style:
        if key in styles:
            return styles[key]
        element = elements.get(key)
        if element is None or key in trail:
            return _Style()
        base = resolve(attribute(child_of(element, "basedOn")) or "", trail | {key})
        properties = child_of(element, "pPr")
        name = (attribute(child_of(element, "name")) or "").lower()
        outline = child_of(properties, "outlineLvl")
        bold = child_of(element, "rPr", "b")
        centred = child_of(properties, "jc")
        list_id = attribute(child_of(properties, "numPr", "numId"))
        level = attribute(child_of(properties, "numPr", "ilvl"))
        heading = re.match(r"(heading|标题)\s*\d|title$|标题$", name) is not None
        if outline is not None:
            heading = integer(attribute(outline), 9) < 9
        style = _Style(
            name,
            heading or (base.heading and outline is None),
            base.bold if bold is None else is_on(bold),
            base.centred if centred is None else attribute(centred) == "center",
            list_id or base.list_id,
            integer(level, base.level),
        )
        styles[key] = style
        return style

    for key, element in elements.items():
        resolve(key, frozenset())
        if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on"):
            styles[""] = styles[key]
    return styles


def _notes(part: _Element | None) -> dict[str, _Element]:
    """Return footnotes by id; the separators that Word keeps among them have a type."""
    return {
        attribute(note, "id") or "": note
        for note in children(part, "footnote")
        if attribute(note, "type") in (None, "normal")
    }


@dataclass(slots=True)
class _Text:
    """The text of a paragraph as far as it is read, and what hangs on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    runs: int = 0
    bold_runs: int = 0


class _Reader:
    """Walks the body and feeds the builder."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.builder = DocumentBuilder()
        self.notes: dict[str, _Element] = {}
        self._styles = styles
        self._numbering = numbering

    def walk(self, container: _Element, *, contents: bool = False) -> None:
        """Read paragraphs and tables in order; ``contents`` says that they are a table of contents."""
        for element in _blocks(container):
            match tag_of(element):
                case "p":
                    self._paragraph(element, contents=contents)
                case "tbl":
                    self._table(element)
                case "sdt":
                    gallery = attribute(child_of(element, "sdtPr", "docPartObj", "docPartGallery")) or ""
                    inner = child_of(element, "sdtContent")
                    if inner is not None and not is_on(child_of(element, "sdtPr", "showingPlcHdr")):
                        self.walk(inner, contents=contents or gallery == "Table of Contents")
                case "altChunk":
                    self.builder.notice("unread_part", "a file embedded in the document was not read")

    def _paragraph(self, element: _Element, *, contents: bool = False) -> None:
        text = _Text()
        style = self._style(element)
        written = self._number(element, style) if not contents else ""
        self._read(element, text, style.bold)
        whole = _with_number(written, "".join(text.pieces))
        bold = text.runs > 0 and text.bold_runs == text.runs
        centre = child_of(element, "pPr", "jc")
        centred = style.centred if centre is None else attribute(centre) == "center"
        outline = child_of(element, "pPr", "outlineLvl")
        heading = style.heading if outline is None else integer(attribute(outline), 9) < 9
        for lines in _split(whole):
            short = sum(map(len, lines)) <= 60 and lines[-1][-1:] not in "。；，;,："
            if contents or style.name.startswith("toc") or all(map(is_contents_entry, lines)):
                self.builder.furniture([Line(line) for line in lines])
            elif heading or (short and (bold or centred)):
                self.builder.heading([Line(line) for line in lines])
            else:
                self.builder.paragraph([Line(line) for line in lines])
        for box in text.boxes:
            self.walk(box)

    def _style(self, paragraph: _Element) -> _Style:
        key = attribute(child_of(paragraph, "pPr", "pStyle")) or ""
        return self._styles.get(key) or self._styles.get("") or _Style()

    def _number(self, paragraph: _Element, style: _Style) -> str:
        own = child_of(paragraph, "pPr", "numPr")
        list_id = attribute(child_of(own, "numId")) or style.list_id
        level = attribute(child_of(own, "ilvl"))
        return self._numbering.next(list_id, integer(level, style.level)) if list_id else ""

    def _read(self, element: _Element, text: _Text, bold: bool) -> None:
        """Gather the text below an element."""
        for child in element:
            tag = tag_of(child)
            if tag in _DROPPED:
                continue
            if tag == "t":
                text.pieces.append(child.text or "")
            elif tag == "br":
                text.pieces.append("" if attribute(child, "type") in ("page", "column") else "\n")
            elif tag in _BREAKS:
                text.pieces.append(_BREAKS[tag])
            elif tag == "sym":
                code = attribute(child, "char") or ""
                text.pieces.append(chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else "")
            elif tag == "txbxContent":
                text.boxes.append(child)
            elif tag == "footnoteReference":
                note = self.notes.pop(attribute(child, "id") or "", None)
                text.boxes += [] if note is None else [note]
            elif tag == "AlternateContent":
                # The same thing for newer and older programs: one of the two is enough.
                chosen = child_of(child, "Choice")
                fallback = child_of(child, "Fallback")
                richer = next((e for e in (chosen, fallback) if e is not None and _has_text(e)), None)
                if richer is not None:
                    self._read(richer, text, bold)
            elif tag == "r":
                properties = child_of(child, "rPr")
                if is_on(child_of(properties, "vanish")):
                    continue
                before = len(text.pieces)
                self._read(child, text, bold)
                if "".join(text.pieces[before:]).strip():
                    own = child_of(properties, "b")
                    text.runs += 1
                    text.bold_runs += bold if own is None else is_on(own)
            elif tag == "sdt" and is_on(child_of(child, "sdtPr", "showingPlcHdr")):
                continue
            else:
                self._read(child, text, bold)

    def _table(self, element: _Element) -> None:
        cells, nested = self._cells(element)
        columns = max((cell.column + cell.column_span for cell, _ in cells), default=0)
        written = sum(bool(cell.text.strip()) for cell, _ in cells)
        if columns == 1 or (nested and written <= len(nested)):
            # A frame around text, or a table that only places other tables: what it holds is read on its own.
            for _, source in cells:
                self.walk(source)
            return
        self.builder.table(cell for cell, _ in cells)
        for table in nested:
            self._table(table)

    def _cells(self, table: _Element) -> tuple[list[tuple[GridCell, _Element]], list[_Element]]:
        """Return the cells with their elements, merged ones once, and the tables nested in them."""
        placed: list[tuple[list[int], _Element]] = []
        open_above: dict[int, list[int]] = {}
        for row, tr in enumerate(_rows(table)):
            column = integer(attribute(child_of(tr, "trPr", "gridBefore")), 0)
            still_open: dict[int, list[int]] = {}
            across: list[int] | None = None
            for tc in _unwrapped(tr, "tc"):
                properties = child_of(tc, "tcPr")
                span = max(integer(attribute(child_of(properties, "gridSpan")), 1), 1)
                down, legacy = child_of(properties, "vMerge"), child_of(properties, "hMerge")
                upper = open_above.get(column)
                if legacy is not None and attribute(legacy) != "restart" and across is not None:
                    across[3] += span
                elif down is not None and attribute(down) != "restart" and upper is not None:
                    upper[2] = row - upper[0] + 1
                    still_open[column] = across = upper
                else:
                    across = [row, column, 1, span]
                    placed.append((across, tc))
                    if down is not None:
                        still_open[column] = across
                column += span
            open_above = still_open
        nested: list[_Element] = []
        numbers = _column_numbers(table, [place for place, _ in placed])
        cells = []
        for (row, column, height, width), tc in placed:
            text = self._cell_text(tc, nested)
            first, last = numbers[column], numbers[column + width]
            cells.append((GridCell(text, row, first, height, last - first), tc))
        return cells, nested

    def _cell_text(self, cell: _Element, nested: list[_Element]) -> str:
        lines: list[str] = []
        for element in _blocks(cell):
            match tag_of(element):
                case "p":
                    text = _Text()
                    style = self._style(element)
                    written = self._number(element, style)
                    self._read(element, text, style.bold)
                    lines.append(_with_number(written, "".join(text.pieces)).strip())
                    lines += (self._cell_text(box, nested) for box in text.boxes)
                case "tbl":
                    nested.append(element)
                case "sdt":
                    inner = child_of(element, "sdtContent")
                    if inner is not None and not is_on(child_of(element, "sdtPr", "showingPlcHdr")):
                        lines.append(self._cell_text(inner, nested))
        return "\n".join(line for line in lines if line)


def _blocks(container: _Element) -> Iterator[_Element]:
    """Yield the block elements of a container, those inside tracked insertions and custom XML included."""
    for child in container:
        tag = tag_of(child)
        if tag in ("p", "tbl", "sdt", "altChunk"):
            yield child
        elif tag in ("ins", "moveTo", "customXml", "smartTag"):
            yield from _blocks(child)


def _unwrapped(element: _Element, name: str) -> Iterator[_Element]:
    """Yield children of a name, those inside content controls and the like included."""
    for child in element:
        tag = tag_of(child)
        if tag == name:
            yield child
        elif tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _unwrapped(child, name)


def _rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table; rows whose deletion is tracked are gone."""
    for row in _unwrapped(table, "tr"):
        if child_of(row, "trPr", "del") is None:
            yield row


def _column_numbers(table: _Element, places: Iterable[list[int]]) -> list[int]:
    """Number the grid lines of a table; lines that only part slivers are one."""
    spans = [(column, column + width) for _, column, _, width in places]
    lines = max((last for _, last in spans), default=0) + 1
    widths = [integer(attribute(column, "w"), 0) for column in children(child_of(table, "tblGrid"), "gridCol")]
    if len(widths) != lines - 1 or min(widths, default=0) <= 0:
        return list(range(lines))
    xs = [0.0]
    for width in widths:
        xs.append(xs[-1] + width)
    return column_numbers(xs, spans)


def _has_text(element: _Element) -> bool:
    return any(tag_of(inner) == "t" for inner in element.iter())


def _with_number(number: str, text: str) -> str:
    """Put an automatic number before its paragraph, apart where the two would run into one number."""
    if not number or not text.strip():
        return text
    text = text.lstrip()
    return f"{number} {text}" if number[-1].isascii() and text[0].isascii() else number + text


def _split(text: str) -> Iterator[list[str]]:
    """Part a paragraph at soft breaks where a sentence ends or an item begins; other breaks stay within a block."""
    group: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if group and (group[-1].rstrip()[-1] in "。！？；：:;" or _ITEM.match(line) or _is_title(group)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_title(group: list[str]) -> bool:
    return len(group) == 1 and len(group[0]) <= 40 and _ITEM.match(group[0]) is not None


_ITEM = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、.．](?!\d))")
