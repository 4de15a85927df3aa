"""A record in the shapes that people and programs take: long CSV rows, a table for a terminal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from gxnlp.schema import CellValue, CheckStatus, IndicatorStatus, Record, plain_decimal

if TYPE_CHECKING:
    from rich.console import Console

COLUMNS = (
    "path",
    "sha256",
    "agency",
    "region",
    "year",
    "form",
    "part",
    "indicator",
    "name",
    "value",
    "unit",
    "status",
    "text",
    "row",
    "column",
    "subject",
    "period",
    "qualifier",
    "start",
    "end",
    "page",
)
"""Columns of the long CSV. ``part`` is ``cell``, ``figure``, ``indicator``, ``check`` or ``warning``; ``name`` is the
figure's label, the check's id or the warning's code."""


def _written(value: Decimal | None) -> str:
    return "" if value is None else plain_decimal(value)


def _parts(record: Record) -> Iterator[dict[str, object]]:
    for cell in record.cells:
        yield {
            "part": "cell",
            "indicator": cell.indicator,
            "value": _written(cell.value),
            **cell.model_dump(include={"unit", "text", "row", "column", "start", "end", "page"}),
        }
    for figure in record.figures:
        yield {
            "part": "figure",
            "name": figure.label,
            "value": _written(figure.value),
            "qualifier": figure.qualifier.value,
            "indicator": figure.indicator,
            **figure.model_dump(include={"unit", "text", "subject", "period", "start", "end"}),
        }
    for indicator in record.indicators:
        yield {
            "part": "indicator",
            "indicator": indicator.indicator,
            "value": _written(indicator.value),
            "unit": indicator.unit,
            "status": indicator.status.value,
            "text": "; ".join(map(plain_decimal, indicator.other_values)),
        }
    for check in record.checks:
        yield {
            "part": "check",
            "name": check.id,
            "value": _written(check.left),
            "status": check.status.value,
            "text": check.expression,
        }
    for warning in record.warnings:
        yield {
            "part": "warning",
            "name": warning.code,
            "text": warning.message,
            "start": warning.start,
            "end": warning.end,
            "page": warning.page,
        }


def csv_rows(record: Record) -> Iterator[dict[str, object]]:
    """Yield a record as long rows, one a cell, figure, indicator, check and warning.

    Args:
        record: The record.

    Returns:
        Rows with the keys of ``COLUMNS``; what does not apply is None. Values are exact decimals in base units.
        An indicator's ``text`` holds the values that differ from it, a check's its expression.
    """
    own = {
        "path": record.source.path,
        "sha256": record.source.sha256,
        **record.meta.model_dump(include={"agency", "region", "year", "form"}),
    }
    for part in _parts(record):
        yield {column: part.get(column, own.get(column)) for column in COLUMNS}


def write_csv(records: Iterable[Record], file: IO[str], *, header: bool = True) -> None:
    """Write records as long CSV.

    Args:
        records: The records.
        file: A text file opened with ``newline=""``.
        header: Whether to write the names of the columns first.
    """
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    if header:
        writer.writeheader()
    for record in records:
        writer.writerows(csv_rows(record))


def _place(cells: Sequence[CellValue]) -> str:
    first = cells[0]
    return f"p. {first.page}" if first.page else f"{first.start}-{max(c.end for c in cells)}"


def _grouped(value: Decimal) -> str:
    """Write a value with thousands separators and no zeros after the point that carry nothing."""
    return f"{Decimal(plain_decimal(value)):,f}"


def _cell_text(cell: CellValue) -> str:
    value = "blank" if cell.value is None else _grouped(cell.value)
    return f"{value} {cell.unit}".strip()


def _rows_of_form(record: Record) -> Iterator[tuple[str, str, str, bool]]:
    """Yield a line for each row of the form: its title, its values, its place, and whether all of it is zero."""
    rows: dict[str, list[CellValue]] = {}
    for cell in record.cells:
        title = cell.row or cell.column.rpartition(" / ")[0] or cell.indicator.rpartition(".")[0]
        rows.setdefault(title, []).append(cell)
    for title, cells in rows.items():
        if len(cells) == 1:
            values = _cell_text(cells[0])
        else:
            told = [c for c in cells if c.value != 0]
            names = ", ".join(f"{c.column.rpartition(' / ')[2]} {_cell_text(c)}" for c in told)
            values = names if len(told) == len(cells) or not told else f"{names}, others 0"
        yield title, values or "0", _place(cells), all(c.value == 0 for c in cells)


def print_record(record: Record, console: Console) -> None:
    """Print a record for people: what the report is, its tables, its figures, what disagrees and what was not read.

    Args:
        record: The record.
        console: Where to.
    """
    from rich.markup import escape
    from rich.table import Table

    meta = record.meta
    console.print(f"[bold]{escape(meta.agency or 'body not named')}[/bold]  {meta.year or 'year not named'}")
    known = [
        ("region", meta.region),
        ("period", f"{meta.period_start} to {meta.period_end}" if meta.period_start else None),
        ("form", meta.form),
        ("address", meta.address),
        ("phone", meta.phone),
        ("postcode", meta.postcode),
        ("e-mail", meta.email),
        ("website", meta.website),
        ("source", f"{record.source.path or 'text'} ({record.source.format})"),
    ]
    for name, value in known:
        if value:
            console.print(f"  {name:9}{escape(value)}", highlight=False)

    if record.cells:
        table = Table("row of the form", "values", "place", title="Statutory tables", title_justify="left")
        zeros = 0
        for title, values, place, all_zero in _rows_of_form(record):
            if all_zero:
                zeros += 1
            else:
                table.add_row(escape(title), escape(values), place)
        if zeros:
            table.add_row(f"{zeros} more rows", "0 throughout", "")
        console.print(table)
    if record.figures:
        table = Table("label", "value", "what is counted", "period", "place", title="Prose", title_justify="left")
        for figure in record.figures:
            value = f"{_grouped(figure.value)} {figure.unit}".strip()
            what = figure.subject or figure.text
            table.add_row(figure.label, value, escape(what), figure.period, f"{figure.start}-{figure.end}")
        console.print(table)
    _print_findings(record, console)


def _print_findings(record: Record, console: Console) -> None:
    from rich.markup import escape

    counts = {s: sum(i.status is s for i in record.indicators) for s in IndicatorStatus}
    console.print(
        f"Indicators: {len(record.indicators)}  " + "  ".join(f"{s.value} {n}" for s, n in counts.items()),
        highlight=False,
    )
    for indicator in record.indicators:
        if indicator.status is IndicatorStatus.CONFLICT:
            others = ", ".join(map(plain_decimal, indicator.other_values))
            console.print(
                f"  [red]conflict[/red] {indicator.indicator}: {_written(indicator.value)} against {others}",
                highlight=False,
            )
    outcomes = {s: sum(c.status is s for c in record.checks) for s in CheckStatus}
    console.print("Checks: " + "  ".join(f"{s.value} {n}" for s, n in outcomes.items()), highlight=False)
    for check in record.checks:
        if check.status is CheckStatus.FAIL:
            sides = f"{_written(check.left)} is not {_written(check.right)}"
            console.print(f"  [red]fail[/red] {check.id}: {escape(check.expression)}: {sides}", highlight=False)
    for warning in record.warnings:
        at = f" (p. {warning.page})" if warning.page else f" ({warning.start})" if warning.start is not None else ""
        console.print(f"  [yellow]warning[/yellow] {warning.code}: {escape(warning.message)}{at}", highlight=False)
