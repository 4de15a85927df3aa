"""Tables and prose joined: one row an indicator, with all its witnesses, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gxnlp import schema
from gxnlp.report.meanings import Claim, Meanings, default_meanings, fits, words_around
from gxnlp.schema import IndicatorStatus
from gxnlp.view import View

_SURE = 0.8  # tagger's confidence below which a difference from the table may be its own error
_UNITS = (("amount", "元"), ("people", "人次"), ("staff", "人"))


@dataclass(slots=True)
class _Row:
    """An indicator on the way to the record."""

    cells: list[int] = field(default_factory=list)
    agreeing: list[int] = field(default_factory=list)
    differing: list[int] = field(default_factory=list)
    value: Decimal | None = None
    unit: str = ""


class _Table:
    """The values of the cells by indicator."""

    def __init__(self, cells: Sequence[schema.CellValue]) -> None:
        self.places: dict[str, list[int]] = {}
        self.values: dict[str, Decimal] = {}
        for position, cell in enumerate(cells):
            self.places.setdefault(cell.indicator, []).append(position)
            if cell.value is not None:
                self.values.setdefault(cell.indicator, cell.value)

    def spelt_out(self, reading: Iterable[str]) -> tuple[str, ...] | None:
        """Return the indicators of a reading with each ``*`` filled in; None where the table lacks one of them."""
        names: list[str] = []
        for name in reading:
            if "*" in name:
                pattern = re.compile(re.escape(name).replace(r"\*", r"[a-z_]+"))
                found = [n for n in self.places if pattern.fullmatch(n)]
            else:
                found = [name]
            if not found or any(n not in self.values for n in found):
                return None
            names += found
        return tuple(names)

    def add(self, names: Iterable[str]) -> Decimal:
        return sum((self.values[n] for n in names), Decimal(0))


def _speaks_of_the_year(figure: schema.Figure, year: int | None) -> bool:
    return figure.period == "year" or (year is not None and figure.period == str(year))


def _shared_spans(figures: Sequence[schema.Figure]) -> set[tuple[int, int]]:
    """Return spans that count two things at once (复议和诉讼共3件): each alone may be any part of the number."""
    seen: dict[tuple[int, int], str] = {}
    shared = set()
    for figure in figures:
        span = figure.start, figure.end
        if seen.setdefault(span, figure.label) != figure.label and figure.value:
            shared.add(span)
    return shared


class _Merge:
    """Joins the figures of one report to its cells."""

    def __init__(self, cells: Sequence[schema.CellValue], figures: Sequence[schema.Figure]) -> None:
        self.figures = figures
        self.table = _Table(cells)
        self.rows: dict[str, _Row] = {}
        self.speaks_of: dict[int, str] = {}
        for position, cell in enumerate(cells):
            row = self.rows.setdefault(cell.indicator, _Row(unit=cell.unit))
            row.cells.append(position)
            row.value = row.value if row.value is not None else cell.value

    def join(self, claims: Mapping[int, Claim]) -> None:
        """Join every claim: first those that agree with the table, then those that do not."""
        open_claims = {i: claim for i, claim in claims.items() if not self._agrees(i, claim)}
        for position, claim in open_claims.items():
            if claim.firm:
                self._differs(position, claim)

    def _agrees(self, position: int, claim: Claim) -> bool:
        figure = self.figures[position]
        for reading in claim.readings:
            names = self.table.spelt_out(reading)
            if names and fits(self.table.add(names), figure):
                for name in names:
                    self.rows[name].agreeing.append(position)
                self.speaks_of[position] = claim.indicator if claim.indicator in names else names[0]
                return True
        return False

    def _differs(self, position: int, claim: Claim) -> None:
        """Note a claim that the table contradicts or is silent on."""
        row = self.rows.get(claim.indicator)
        if row is None:
            row = self.rows[claim.indicator] = _Row(unit=self._unit(claim.indicator, self.figures[position]))
            readings = (self.table.spelt_out(reading) for reading in claim.readings)
            if names := next(filter(None, readings), None):
                row.cells = [place for name in names for place in self.table.places[name]]
                row.value = self.table.add(names)
        row.differing.append(position)
        self.speaks_of[position] = claim.indicator

    @staticmethod
    def _unit(indicator: str, figure: schema.Figure) -> str:
        default = next((unit for part, unit in _UNITS if part in indicator.rpartition(".")[2]), "件")
        return figure.unit or default

    def indicator(self, name: str, row: _Row, cells: Sequence[schema.CellValue]) -> schema.Indicator:
        """Finish one row."""
        said = [self.figures[i].value for i in row.differing]
        others = [v for i in row.cells if (v := cells[i].value) is not None and cells[i].indicator == name]
        value = row.value if row.value is not None else (said[0] if said else None)
        different = tuple(dict.fromkeys(v for v in (*others, *said) if v != value))
        prose = bool(row.agreeing or row.differing)
        if row.value is None:
            status = IndicatorStatus.PROSE_ONLY if prose else IndicatorStatus.TABLE_ONLY
        elif row.differing or different:
            status = IndicatorStatus.CONFLICT
        else:
            status = IndicatorStatus.AGREE if prose else IndicatorStatus.TABLE_ONLY
        return schema.Indicator(
            indicator=name,
            value=value,
            unit=row.unit,
            status=status,
            cells=tuple(row.cells),
            figures=tuple(sorted({*row.agreeing, *row.differing})),
            other_values=different,
        )


def merge(
    text: str | View,
    cells: Sequence[schema.CellValue],
    figures: Sequence[schema.Figure],
    *,
    year: int | None = None,
    meanings: Meanings | None = None,
) -> tuple[list[schema.Figure], list[schema.Indicator]]:
    """Join the cells of the tables and the figures of the prose into indicators.

    A figure of all years or of another year never meets this year's cell. A figure that may count less than the cell
    (one category, one half of the year, another scope), or whose label the tagger is not sure of, is joined where it
    agrees and left alone where it does not.

    Args:
        text: The document's text, or its view.
        cells: Cells of the statutory tables.
        figures: Figures of the prose, in order.
        year: Year of the report, where known.
        meanings: What figures say of the forms; default is what ships with the package.

    Returns:
        The figures, each with the indicator that it speaks of, and the indicators: those of the tables in the tables'
        order, then those that prose alone gives.
    """
    view = text if isinstance(text, View) else View(text)
    meanings = meanings or default_meanings()
    shared = _shared_spans(figures)
    claims: dict[int, Claim] = {}
    for position, figure in enumerate(figures):
        if not _speaks_of_the_year(figure, year):
            continue
        claim = meanings.claim_of(figure, words_around(view, figure))
        if claim is None:
            continue
        firm = claim.firm and figure.score >= _SURE and (figure.start, figure.end) not in shared
        claims[position] = Claim(claim.indicator, claim.readings, firm)
    joined = _Merge(cells, figures)
    joined.join(claims)
    linked = [f.model_copy(update={"indicator": joined.speaks_of.get(i)}) for i, f in enumerate(figures)]
    return linked, [joined.indicator(name, row, cells) for name, row in joined.rows.items()]
