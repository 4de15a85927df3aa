"""Load the statutory forms from their data files and hold them to being consistent.

A form has tables; a table has rows and columns; a row and a column meet in a cell that has an indicator. The sums that
the forms demand are data too. See the TOML files beside this module, one an edition.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from gxnlp.errors import FormError
from gxnlp.forms.values import FACTORS, UNITS, base_unit

EDITIONS = ("2014", "2019", "2021")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values: its part of the indicator, its titles (the form's own first), its unit if it has one."""

    name: str
    titles: tuple[str, ...]
    path: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a form's table.

    Attributes:
        name: The row's part of the indicator; empty for headings and where the columns have the whole name.
        titles: The form's own title first, then other spellings; empty for a row that has no title.
        path: Titles of the headings above it.
        unit: The row's own unit, else empty.
        heading: It may stand without values, over the rows after it.
        optional: Reports may lack it without anything being wrong.
        untitled: Its title may be missing: then its values follow the column titles.
    """

    name: str
    titles: tuple[str, ...]
    path: tuple[str, ...] = ()
    unit: str = ""
    heading: bool = False
    optional: bool = False
    untitled: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one value in a form.

    Attributes:
        indicator: Name of the record.
        unit: The unit in which the form counts (``万元``).
        base: The unit in which the record counts (``元``).
        row: The row's title with the headings above it, joined by `` / ``.
        column: The column's title, likewise.
    """

    indicator: str
    unit: str
    base: str
    row: str
    column: str


@dataclass(frozen=True, slots=True, eq=False)
class FormTable:
    """One table of a form; ``captions`` and ``corner`` are titles that belong to it but hold no value."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    captions: tuple[str, ...] = ()
    corner: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()
    unit: str = ""
    optional: bool = False

    @lru_cache(maxsize=4096)  # noqa: B019 - forms are few, and live as long as the process
    def slot(self, row: Row, column: Column) -> Slot:
        """Return the place where ``row`` and ``column`` meet."""
        unit = row.unit or column.unit or self.unit
        return Slot(
            indicator=".".join(filter(None, (row.name, column.name))),
            unit=unit,
            base=base_unit(unit),
            row=" / ".join((*row.path, *row.titles[:1])),
            column=" / ".join((*column.path, *column.titles[:1])),
        )

    @property
    def value_rows(self) -> tuple[Row, ...]:
        """The rows that hold values."""
        return tuple(r for r in self.rows if r.name or not r.heading)


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """A sum that a form demands: what stands left adds up to what stands right.

    ``left`` and ``right`` hold terms; a term holds alternatives, best first, for rows that a report has divided or
    undivided; an alternative is the indicators that are added.
    """

    id: str
    left: tuple[tuple[tuple[str, ...], ...], ...]
    right: tuple[tuple[tuple[str, ...], ...], ...]

    def resolve(self, known: Container[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the indicators left and right that are to be added up, or None where one is not known.

        Args:
            known: Indicators that have a value.
        """
        sides: list[tuple[str, ...]] = []
        for terms in (self.left, self.right):
            names: list[str] = []
            for alternatives in terms:
                chosen = next((a for a in alternatives if all(n in known for n in a)), None)
                if chosen is None:
                    return None
                names.extend(chosen)
            sides.append(tuple(names))
        return sides[0], sides[1]

    @property
    def indicators(self) -> frozenset[str]:
        """Every indicator that the sum may speak of."""
        return frozenset(n for side in (self.left, self.right) for term in side for a in term for n in a)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One edition of the statutory form.

    Attributes:
        edition: ``2014``, ``2019`` or ``2021``.
        document: Number of the document that prescribes it.
        tables: In the form's order.
        sums: With one entry for every row or column that a sum is demanded for.
        sections: Titles of the report's sections, which are never rows.
    """

    edition: str
    document: str
    tables: tuple[FormTable, ...]
    sums: tuple[Sum, ...]
    sections: tuple[str, ...] = ()

    @property
    def slots(self) -> dict[str, Slot]:
        """Every indicator of the form with its place."""
        found = (t.slot(r, c) for t in self.tables for r in t.value_rows for c in t.columns)
        return {slot.indicator: slot for slot in found}

    def table(self, table_id: str) -> FormTable:
        """Return the table of that id.

        Raises:
            FormError: The form has no such table.
        """
        for table in self.tables:
            if table.id == table_id:
                return table
        raise FormError(f"form {self.edition}: no table {table_id!r}")


def _keys(where: str, data: Mapping[str, Any], required: Iterable[str], allowed: Iterable[str]) -> None:
    missing = sorted(set(required) - data.keys())
    unknown = sorted(data.keys() - set(required) - set(allowed))
    if missing or unknown:
        raise FormError(f"{where}: missing {missing}, unknown {unknown}")


def _titles(where: str, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(t, str) and t.strip() for t in value):
        raise FormError(f"{where}: {key} must be a list of titles that are not empty")
    return tuple(value)


def _unit(where: str, data: Mapping[str, Any]) -> str:
    unit = data.get("unit", "")
    if unit and unit not in UNITS and unit not in FACTORS:
        raise FormError(f"{where}: unknown unit {unit!r}")
    return str(unit)


def _column(where: str, data: Mapping[str, Any]) -> Column:
    _keys(where, data, ("name", "titles"), ("path", "unit"))
    return Column(data["name"], _titles(where, data, "titles"), _titles(where, data, "path"), _unit(where, data))


def _row(where: str, data: Mapping[str, Any]) -> Row:
    _keys(where, data, ("titles",), ("name", "path", "unit", "heading", "optional", "untitled"))
    row = Row(
        name=data.get("name", ""),
        titles=_titles(where, data, "titles"),
        path=_titles(where, data, "path"),
        unit=_unit(where, data),
        heading=data.get("heading", False),
        optional=data.get("optional", False),
        untitled=data.get("untitled", not data["titles"]),
    )
    if not row.titles and row.heading:
        raise FormError(f"{where}: a heading needs a title")
    return row


def _table(where: str, data: Mapping[str, Any]) -> FormTable:
    _keys(where, data, ("id", "columns", "rows"), ("captions", "corner", "extra_columns", "unit", "optional"))
    where = f"{where}, table {data['id']}"
    columns = tuple(_column(f"{where}, column {i}", c) for i, c in enumerate(data["columns"], start=1))
    rows = tuple(_row(f"{where}, row {i}", r) for i, r in enumerate(data["rows"], start=1))
    headings = {title for row in rows for title in row.titles}
    for row in rows:
        if lost := [title for title in row.path if title not in headings]:
            raise FormError(f"{where}: {row.name} stands under {lost}, which is no row of the table")
    return FormTable(
        id=data["id"],
        columns=columns,
        rows=rows,
        captions=_titles(where, data, "captions"),
        corner=_titles(where, data, "corner"),
        extra_columns=_titles(where, data, "extra_columns"),
        unit=_unit(where, data),
        optional=data.get("optional", False),
    )


def _terms(texts: Iterable[str], prefix: str = "", suffix: str = "") -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(
        tuple(tuple(f"{prefix}{name.strip()}{suffix}" for name in a.split("+")) for a in text.split("|"))
        for text in texts
    )


def _sums(where: str, data: Mapping[str, Any], tables: Mapping[str, FormTable]) -> list[Sum]:
    _keys(where, data, ("id", "left", "right"), ("table", "each"))
    sides = _titles(where, data, "left"), _titles(where, data, "right")
    if "each" not in data:
        return [Sum(data["id"], _terms(sides[0]), _terms(sides[1]))]
    table = tables.get(data.get("table", ""))
    if table is None:
        raise FormError(f"{where}: no table {data.get('table')!r}")
    if data["each"] == "row":
        parts = [(row.name, f"{row.name}.", "") for row in table.value_rows]
    elif data["each"] == "column":
        parts = [(column.name, "", f".{column.name}") for column in table.columns]
    else:
        raise FormError(f"{where}: each must be 'row' or 'column', not {data['each']!r}")
    return [Sum(f"{data['id']}.{n}", _terms(sides[0], p, s), _terms(sides[1], p, s)) for n, p, s in parts]


def parse_form(text: str, where: str = "form") -> Form:
    """Read a form from TOML and check it.

    Args:
        text: The TOML text.
        where: Name for messages.

    Raises:
        FormError: The data is malformed or contradicts itself.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{where}: {error}") from error
    _keys(where, data, ("edition", "document"), ("tables", "sums", "sections", "inherits"))
    tables = [_table(where, t) for t in data.get("tables", [])]
    sections = _titles(where, data, "sections")
    inherited_sums: list[Sum] = []
    if "inherits" in data:
        parent = form(data["inherits"]["edition"])
        tables += [parent.table(name) for name in data["inherits"]["tables"]]
        sections += parent.sections
        names = {t.slot(r, c).indicator for t in tables for r in t.value_rows for c in t.columns}
        inherited_sums = [s for s in parent.sums if s.indicators <= names]
    if len({t.id for t in tables}) < len(tables):
        raise FormError(f"{where}: two tables have one id")
    by_id = {t.id: t for t in tables}
    sums = [s for i, d in enumerate(data.get("sums", []), 1) for s in _sums(f"{where}, sum {i}", d, by_id)]
    result = Form(data["edition"], data["document"], tuple(tables), tuple(sums + inherited_sums), sections)
    _check(result, where)
    return result


def _check(result: Form, where: str) -> None:
    names = [t.slot(r, c).indicator for t in result.tables for r in t.value_rows for c in t.columns]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise FormError(f"{where}: indicators given twice: {twice}")
    if "" in names:
        raise FormError(f"{where}: a cell without an indicator")
    for item in result.sums:
        if lost := sorted(item.indicators - set(names)):
            raise FormError(f"{where}: sum {item.id} speaks of {lost}, which the form does not have")
    if len({s.id for s in result.sums}) < len(result.sums):
        raise FormError(f"{where}: two sums have one id")


@cache
def form(edition: str) -> Form:
    """Return one edition of the form.

    Args:
        edition: ``2014``, ``2019`` or ``2021``.

    Raises:
        FormError: There is no such edition, or its data file is broken.

    >>> len(form("2014").slots)
    58
    """
    if edition not in EDITIONS:
        raise FormError(f"no form {edition!r}; there are {', '.join(EDITIONS)}")
    name = f"{edition}.toml"
    return parse_form(resources.files(__package__).joinpath(name).read_text("utf-8"), name)


def load_forms() -> tuple[Form, ...]:
    """Return all editions of the form, oldest first."""
    return tuple(form(edition) for edition in EDITIONS)
