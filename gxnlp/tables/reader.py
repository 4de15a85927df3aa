"""Read the statutory tables of a document into cells of the form: nothing is shifted or dropped silently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from gxnlp.document import Document
from gxnlp.forms import Column, Form, FormTable, Row, Slot, load_forms
from gxnlp.forms.titles import likeness
from gxnlp.forms.values import FACTORS, money_unit, unit_of
from gxnlp.schema import CellValue, Warning
from gxnlp.tables.alignment import Alignment, Element, align, is_side_piece, plan_of
from gxnlp.tables.attribution import Attribution, attribute
from gxnlp.tables.columns import HeadColumns
from gxnlp.tables.slots import Filling, Placement, agree, holds, place
from gxnlp.tables.tokens import Token, has_number, tokens_of

Edition = Literal["2014", "2019", "2021"]

_STRONG = 4
_ANCHORS = 2
"""Titles of the form that make a table statutory though none of its rows is read."""
_PROSE = 150
"""Characters of a cell that is no cell of a form."""
_LARGE = 15
"""Cells of a table that no report is without."""
_SHARED = 3
"""Rows that must lack the same column before others are read likewise."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the tables of a document say.

    Attributes:
        cells: In the form's order. A cell that is blank or holds a mark for none has the value None.
        consumed: Spans of the text that are statutory tables, in order.
        form: Edition of the form, None where no statutory table was found or the tables are the same in two editions.
        warnings: What could not be placed or read, and what was guessed.
        unplaced: Spans of the numbers inside statutory tables that are in no cell; a warning names each of them.
    """

    cells: tuple[CellValue, ...] = ()
    consumed: tuple[tuple[int, int], ...] = ()
    form: Edition | None = None
    warnings: tuple[Warning, ...] = ()
    unplaced: tuple[tuple[int, int], ...] = ()


def read_cells(document: Document) -> TableReading:
    """Read all statutory tables of a document.

    Args:
        document: The document; its tables may be grids or loose runs of cells, whole or in parts.

    Returns:
        Cells, and warnings that together account for every number inside a statutory table.
    """
    tokens = tokens_of(document)
    best = _best_alignment(tokens)
    if best is None:
        return TableReading()
    form, alignment, edition = best
    return _Reading(form, alignment, tokens).result(edition)


def _best_alignment(tokens: list[Token]) -> tuple[Form, Alignment, Edition | None] | None:
    titles = {token.key.full for token in tokens if token.kind == "title"}
    titles |= {token.key.short for token in tokens if token.kind == "title"}
    known = {form: sum(word in plan_of(form).exact for word in titles) for form in load_forms()}
    most = max(known.values(), default=0)
    tried = [(align(form, tokens), form) for form, count in known.items() if count and count * 2 >= most]
    if not tried:
        return None
    score = max(alignment.score for alignment, _ in tried)
    alignment, form = [t for t in tried if t[0].score == score][-1]
    tied = sum(abs(a.score - score) < 1e-6 for a, _ in tried) > 1
    return form, alignment, None if tied else _edition(form)


def _edition(form: Form) -> Edition:
    for edition in ("2014", "2019", "2021"):
        if form.edition == edition:
            return edition
    raise ValueError(form.edition)


class _Reading:
    """One document being read by one form."""

    def __init__(self, form: Form, alignment: Alignment, tokens: list[Token]) -> None:
        self.form = form
        self.tokens = tokens
        self.plan = alignment.plan
        self.elements = self.plan.elements
        self.warnings: list[Warning] = []
        self.cells: list[CellValue] = []
        self.placed: set[int] = set()
        self.named: set[int] = set()
        self.units = _units(tokens)
        self.sums = {
            n: _sums_of(form, e.table, e.row)
            for n, e in enumerate(self.elements)
            if e.holds_values and e.row is not None
        }
        words = alignment.plan.head_words
        headings = {k.full for e in self.elements if e.row is not None and e.row.heading for k in e.keys}

        def known(title: Token) -> bool:
            key = title.key
            if key.full in alignment.plan.exact or key.short in alignment.plan.exact:
                return key.full in words or key.short in words or key.full in headings
            return key.full in alignment.plan.head_text or is_side_piece(alignment.plan, title)

        self.values: Attribution = attribute(alignment, tokens, known, self.judge)

    def judge(self, rows: dict[int, list[Token]]) -> int | None:
        """Say how many sums hold over whole rows; None where one fails, or where there is none."""
        values: dict[str, Token] = {}
        for number, tokens in rows.items():
            element = self.elements[number]
            if element.row is not None:
                names = [element.table.slot(element.row, c).indicator for c in element.table.columns]
                values |= zip(names, tokens, strict=True)
        sides = [resolved for item in self.form.sums if (resolved := item.resolve(values)) is not None]
        verdicts = [holds([values[n] for n in left], [values[n] for n in right]) for left, right in sides]
        return sum(v is True for v in verdicts) if verdicts and False not in verdicts else None

    def confirm(self, number: int, row: Sequence[Token | None]) -> int:
        """Count the sums that hold over a row in the form's order and are not all zero."""
        return sum(holds([row[i] for i in left], [row[i] for i in right]) is True for left, right in self.sums[number])

    def result(self, edition: Edition | None) -> TableReading:
        tables = self._statutory()
        for index in tables:
            self._read_table(index)
        if not tables:
            return TableReading()
        spans = self._regions(tables)
        inside = [t for t in self.tokens if any(a <= t.start and t.end <= b for a, b in spans)]
        self._name_strays(inside)
        self._name_missing_tables(tables)
        unplaced = tuple(
            (t.start, t.end)
            for t in inside
            if id(t) not in self.placed and (t.kind in ("number", "page") or _unread(t, self.elements))
        )
        order = {slot: i for i, slot in enumerate(self.form.slots)}
        cells = sorted(self.cells, key=lambda c: order[c.indicator])
        return TableReading(tuple(cells), tuple(spans), edition, tuple(self.warnings), unplaced)

    def _statutory(self) -> list[int]:
        """Return the tables of the form that the document really has."""
        found: list[int] = []
        for index, table in enumerate(self.form.tables):
            rows = [n for n in self.values.rows if self.elements[n].table_index == index]
            strong = sum(any(len(t.key.full) >= _STRONG for t in self.values.titles.get(n, ())) for n in rows)
            heads = {t.key.full for t in self.values.heads.get(index, ()) if len(t.key.full) >= _STRONG}
            needed = min(3, len(table.value_rows))
            if rows and (strong >= needed or (strong and len(heads) >= 2) or len(heads) >= 4):
                found.append(index)
        return found

    def _regions(self, tables: list[int]) -> list[tuple[int, int]]:
        """Return the spans of the text that are statutory tables.

        A table of the document is one as a whole, unless it holds prose too (a page laid out by a table).
        """
        mine: set[int] = set()
        for number, row in self.values.rows.items():
            if self.elements[number].table_index in tables:
                mine.update(id(t) for t in (*row, *self.values.titles.get(number, ())))
        mine.update(id(t) for index in tables for t in self.values.heads.get(index, ()))
        strong: dict[int, set[str]] = defaultdict(set)
        for token in self.tokens:
            if token.kind == "title" and len(token.key.full) >= _STRONG and token.key.full in self.plan.exact:
                strong[token.table].add(token.key.full)
        ours = {t.table for t in self.tokens if id(t) in mine}
        # A table that is printed a second time has none of the rows that are read.
        ours |= {table for table, words in strong.items() if len(words) >= _ANCHORS}
        spans: list[tuple[int, int]] = []
        for position in sorted(ours):
            whole = [t for t in self.tokens if t.table == position]
            prose = any(len(t.text) > _PROSE for t in whole)
            kept = [t for t in whole if id(t) in mine] if prose else whole
            if not kept:
                continue
            spans.append((min(t.start for t in kept), max(t.end for t in kept)))
        return sorted(spans)

    # One table ------------------------------------------------------------------------------------------------------

    def _read_table(self, index: int) -> None:
        table = self.form.tables[index]
        heads = self.values.heads.get(index, [])
        columns = HeadColumns(table, heads, self.tokens)
        numbers = [n for n in self.values.rows if self.elements[n].table_index == index]
        fillings: dict[int, Filling] = {}
        for number in numbers:
            tokens = self.values.rows[number]
            fixed = columns.fixed(tokens, self.values.titles.get(number, []))
            fillings[number] = place(tokens, len(table.columns), columns.orders, fixed, partial(self.confirm, number))
        self._second_look(numbers, fillings, columns)
        for number in numbers:
            self._emit(number, fillings[number], columns)
        if columns.extra:
            self._warn_extra(numbers, fillings, columns)
        for row in table.value_rows:
            found = any(self.elements[n].row is row for n in numbers)
            if not found and not row.optional and not table.optional:
                title = row.titles[0] if row.titles else table.columns[0].path[0]
                self.warnings.append(Warning(code="missing_row", message=f"the row {title} was not found"))

    def _second_look(self, numbers: list[int], fillings: dict[int, Filling], columns: HeadColumns) -> None:
        """Decide what is open by what the other rows of the table lack."""
        lacks = Counter(f.missing for f in fillings.values() if f.missing)
        shared = next(iter(lacks)) if len(lacks) == 1 and lacks.total() >= _SHARED else None
        for number in numbers:
            filling = fillings[number]
            if not filling.open:
                continue
            tokens = self.values.rows[number]
            like = [p for p in filling.candidates if _lacks(p, tokens) == shared]
            if like:
                filling = agree(tokens, len(filling.tokens), like)
            if filling.open and columns.reordered:
                filling = _equal_values(filling, columns.orders[-1])
            fillings[number] = filling
            if not filling.open:
                title = _row_title(self.elements[number])
                self._warn(
                    "guessed_row",
                    f"{title}: fewer or more values than columns; read as the rest of the table is",
                    tokens,
                )

    def _emit(self, number: int, filling: Filling, columns: HeadColumns) -> None:
        element = self.elements[number]
        row, table = element.row, element.table
        if row is None:
            return
        tokens = self.values.rows[number]
        titles = self.values.titles.get(number, [])
        if not any(t.filled for t in tokens) and (row.heading or (row.optional and not tokens)):
            return
        last = tokens[-1] if tokens else titles[-1] if titles else None
        if last is None:
            return
        if filling.open:
            names = "、".join(_column_title(table.columns[c]) for c in filling.open)
            found = [t for t in tokens if t.filled]
            self._warn(
                "ambiguous_row" if found else "missing_values",
                f"{_row_title(element)}: {len(found)} values ({_spell(found)}) for {len(table.columns)} columns; "
                f"not decided: {names}",
                found or titles,
            )
            self.named.update(id(t) for t in filling.dropped)
        elif not tokens:
            self._warn("missing_values", f"{_row_title(element)}: no values were found", titles)
        for position, column in enumerate(table.columns):
            if columns.absent(position) and filling.tokens[position] is None and position not in filling.open:
                continue
            slot = table.slot(row, column)
            self.cells.append(self._cell(slot, row, filling.tokens[position], last, columns.unit(position)))
        surplus = [t for t in filling.dropped if t.kind == "number"]
        if surplus and not filling.open and not columns.extra:
            title = _row_title(element)
            self._warn("unplaced_number", f"{title}: more values than columns; left out: {_spell(surplus)}", surplus)
            self.named.update(id(t) for t in surplus)

    def _cell(self, slot: Slot, row: Row, token: Token | None, last: Token, head_unit: str) -> CellValue:
        if token is None:
            return CellValue(
                indicator=slot.indicator, value=None, unit=slot.base, text="", start=last.end, end=last.end,
                page=last.page, row=slot.row, column=slot.column,
            )  # fmt: skip
        self.placed.add(id(token))
        unit = slot.unit
        if slot.base == "元":
            titles = [money_unit(t.text) for t in self.values.titles.get(self._element_of(row), ())]
            unit = self.units.get(id(token)) or next(filter(None, titles), "") or head_unit or unit
        value = token.value.amount(unit) if token.value is not None else None
        if token.joined:
            self._warn("joined_number", f"{slot.row}: {token.text!r} was read as one number", [token])
        return CellValue(
            indicator=slot.indicator, value=value, unit=slot.base, text=token.text, start=token.start, end=token.end,
            page=token.page, bbox=token.bbox, row=slot.row, column=slot.column,
        )  # fmt: skip

    def _element_of(self, row: Row) -> int:
        return next(n for n, e in enumerate(self.elements) if e.row is row)

    # Warnings -------------------------------------------------------------------------------------------------------

    def _warn(self, code: str, message: str, tokens: Iterable[Token]) -> None:
        places = list(tokens)
        page = places[0].page if places else None
        start = min((t.start for t in places), default=None)
        end = max((t.end for t in places), default=None)
        self.warnings.append(Warning(code=code, message=message, start=start, end=end, page=page))

    def _warn_extra(self, numbers: list[int], fillings: dict[int, Filling], columns: HeadColumns) -> None:
        values = [t for n in numbers if not fillings[n].open for t in fillings[n].dropped]
        self.named.update(id(t) for t in values)
        if values:
            title = columns.extra
            self._warn(
                "extra_column",
                f"the column {title} is not of the form; its values are left out: {_spell(values)}",
                values,
            )

    def _name_missing_tables(self, tables: list[int]) -> None:
        for index, table in enumerate(self.form.tables):
            if index not in tables and not table.optional and len(table.value_rows) * len(table.columns) >= _LARGE:
                self.warnings.append(
                    Warning(code="missing_table", message=f"the table with {_first_title(table)} was not found")
                )

    def _name_strays(self, inside: list[Token]) -> None:
        within = set(map(id, inside))
        for title, tokens in self.values.strays:
            left = [t for t in tokens if t.filled and id(t) in within and id(t) not in self.placed]
            if any(t.kind == "number" for t in left):
                where = f"the row {title.text!r} is not of the form" if title is not None else "no row of the form fits"
                self._warn("unplaced_number", f"{where}: {_spell(left)}", left)
                self.named.update(id(t) for t in left)
        for token in inside:
            if id(token) in self.placed or id(token) in self.named:
                continue
            if token.kind == "page":
                self._warn("page_number_in_table", f"{token.text!r} was taken for a page number", [token])
            elif token.kind == "number":
                self._warn("unplaced_number", f"{token.text} has no place in the form", [token])
            elif _unread(token, self.elements):
                self._warn("unread_text", f"{token.text!r} is no title of the form and could not be read", [token])


def _unread(token: Token, elements: Sequence[Element]) -> bool:
    """Whether a title holds a number and is not of the form."""
    if token.kind != "title" or not has_number(token):
        return False
    key = token.key
    return not any(likeness(key.full, k.full) > 0.5 or key.full in k.full for e in elements for k in e.keys)


def _spell(tokens: Sequence[Token]) -> str:
    return ", ".join(t.text for t in tokens)


def _row_title(element: Element) -> str:
    titles = element.row.titles if element.row is not None else ()
    return titles[0] if titles else element.table.columns[0].path[0]


def _first_title(table: FormTable) -> str:
    return (table.captions or table.columns[0].titles)[0]


def _column_title(column: Column) -> str:
    return "".join((*column.path[-1:], *column.titles[:1]))


def _units(tokens: list[Token]) -> dict[int, str]:
    """Return for value tokens the unit of money that a cell before them in their row gives."""
    found: dict[int, str] = {}
    unit, line = "", -1
    for token in tokens:
        if token.kind == "title" or (token.grid and token.line != line):
            unit = ""
        if token.kind == "unit":
            unit = unit_of(token.text)
        elif token.filled and unit in (*FACTORS, "元"):
            found[id(token)] = unit
        line = token.line
    return found


def _lacks(placement: Placement, tokens: list[Token]) -> frozenset[int]:
    return frozenset(c for c, i in enumerate(placement) if i is None or not tokens[i].filled)


def _equal_values(filling: Filling, order: tuple[int, ...]) -> Filling:
    """Where every value is zero, follow the printed order: the first columns have them, the last have none."""
    undecided = [column for column in order if column in filling.open]
    zero = all(t.value is not None and t.value.number == 0 for t in filling.dropped)
    if not zero or not filling.dropped or not 0 < len(undecided) - len(filling.dropped) <= 2:
        return filling
    tokens = list(filling.tokens)
    for column, token in zip(undecided, filling.dropped, strict=False):
        tokens[column] = token
    return Filling(tuple(tokens), (), (), filling.candidates)


@cache
def _sums_of(form: Form, table: FormTable, row: Row) -> tuple[tuple[list[int], list[int]], ...]:
    """Return the sums within a row, as positions of columns."""
    names = [table.slot(row, c).indicator for c in table.columns]
    found = []
    for item in form.sums:
        sides = item.resolve(names) if item.indicators <= set(names) else None
        if sides is not None:
            found.append(([names.index(n) for n in sides[0]], [names.index(n) for n in sides[1]]))
    return tuple(found)
