"""Fill a form and lay it out as it is printed: merged cells and all, then as HTML, Markdown or plain text.

For tests and samples, which need forms whose every value is known.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from gxnlp.forms.loader import Form, FormTable, Row
from gxnlp.forms.values import read_value


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a printed table; ``indicator`` is empty for titles."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed table: its cells (merged ones once, at their top left corner) in order of row and column."""

    cells: tuple[SheetCell, ...]

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(c.column + c.column_span for c in self.cells)

    def rows(self) -> list[list[SheetCell]]:
        """Return the cells that begin in each row."""
        height = max(c.row for c in self.cells) + 1
        return [[c for c in self.cells if c.row == row] for row in range(height)]

    def map(self, change: Callable[[SheetCell], SheetCell]) -> Sheet:
        """Return the sheet with every cell changed."""
        return Sheet(tuple(map(change, self.cells)))


def consistent_values(form: Form, draw: Callable[[], int], *, divided: bool = True) -> dict[str, str]:
    """Fill a form with numbers whose sums hold.

    Args:
        form: The form.
        draw: Gives a number for every cell that is no total.
        divided: Whether （六）其他处理 has its three rows or is one.

    Returns:
        The text of every cell by indicator, in the form's order.
    """
    other = "requests.results.other."
    slots = [n for n in form.slots if not n.startswith(other) or (".all." in n) != divided]
    values = {name: draw() for name in slots}
    for item in sorted(form.sums, key=lambda s: (not s.id.startswith("outcomes"), not s.id.startswith("balance"))):
        sides = item.resolve(values)
        if sides is None:
            continue
        left, right = sides
        total = sum(values[n] for n in left)
        if item.id.startswith("balance"):
            # What was left over is what came in less what was done; enough must have come in.
            done, over = right
            values[left[0]] += max(0, values[done] - total)
            values[over] = values[left[0]] + values[left[1]] - values[done]
        else:
            values[right[0]] = total
    for item in form.sums:
        # Totals of totals, now that all parts stand.
        sides = item.resolve(values)
        if sides is not None and not item.id.startswith("balance"):
            values[sides[1][0]] = sum(values[n] for n in sides[0])
    return {name: str(values[name]) for name in slots}


def expected(form: Form, values: Mapping[str, str]) -> dict[str, Decimal | None]:
    """Return what a reader should make of the texts of a filled form, in base units.

    Raises:
        ValueError: A text is no value.
    """
    found: dict[str, Decimal | None] = {}
    for name, text in values.items():
        value = read_value(text)
        if value is None:
            raise ValueError(f"{name}: {text!r} is no value")
        found[name] = value.amount(form.slots[name].unit)
    return found


def sheets(form: Form, values: Mapping[str, str], *, tables: Iterable[str] | None = None) -> list[Sheet]:
    """Lay a filled form out as it is printed.

    Args:
        form: The form.
        values: Texts by indicator; rows that have none are left out.
        tables: Ids of the tables wanted, all by default; those of article 20 are printed as one.
    """
    wanted = [t for t in form.tables if tables is None or t.id in set(tables)]
    wanted = [t for t in wanted if any(t.slot(r, c).indicator in values for r in t.value_rows for c in t.columns)]
    article = [t for t in wanted if t.id.startswith("article")]
    found = [_article_sheet(article, values)] if article else []
    for table in wanted:
        if table in article:
            continue
        if any(column.path for column in table.columns):
            found.append(_untitled_sheet(table, values))
        elif table.id == "statistics":
            found.append(_list_sheet(table, values))
        elif any(row.path for row in table.rows):
            found.append(_nested_sheet(table, values))
        else:
            found.append(_plain_sheet(table, values))
    return found


def _present(table: FormTable, values: Mapping[str, str]) -> list[Row]:
    return [r for r in table.value_rows if any(table.slot(r, c).indicator in values for c in table.columns)]


def _value_cells(table: FormTable, row: Row, values: Mapping[str, str], at: int, column: int) -> list[SheetCell]:
    names = [table.slot(row, c).indicator for c in table.columns]
    return [SheetCell(values.get(n, ""), at, column + i, indicator=n) for i, n in enumerate(names)]


def _article_sheet(tables: list[FormTable], values: Mapping[str, str]) -> Sheet:
    width = 1 + max(len(t.columns) for t in tables)
    cells: list[SheetCell] = []
    at = 0

    def stretched(row: list[SheetCell]) -> list[SheetCell]:
        last = row[-1]
        return [*row[:-1], replace(last, column_span=width - last.column)]

    for table in tables:
        cells.append(SheetCell(table.captions[0], at, 0, 1, width))
        titles = [SheetCell(c.titles[0], at + 1, 1 + i) for i, c in enumerate(table.columns)]
        cells += stretched([SheetCell(table.corner[0], at + 1, 0), *titles])
        at += 2
        for row in _present(table, values):
            cells += stretched([SheetCell(row.titles[0], at, 0), *_value_cells(table, row, values, at, 1)])
            at += 1
    return Sheet(tuple(cells))


def _plain_sheet(table: FormTable, values: Mapping[str, str]) -> Sheet:
    cells = [SheetCell("", 0, 0), *(SheetCell(c.titles[0], 0, 1 + i) for i, c in enumerate(table.columns))]
    for at, row in enumerate(_present(table, values), start=1):
        cells += [SheetCell(row.titles[0], at, 0), *_value_cells(table, row, values, at, 1)]
    return Sheet(tuple(cells))


def _list_sheet(table: FormTable, values: Mapping[str, str]) -> Sheet:
    cells = [SheetCell(t, 0, i) for i, t in enumerate(("统计指标", "单位", "统计数"))]
    at = 1
    present = _present(table, values)
    for row in table.rows:
        if row.heading:
            cells += [SheetCell(row.titles[0], at, 0), SheetCell("——", at, 1), SheetCell("", at, 2)]
        elif row in present:
            cells += [
                SheetCell(row.titles[0], at, 0),
                SheetCell(row.unit, at, 1),
                *_value_cells(table, row, values, at, 2),
            ]
        else:
            continue
        at += 1
    return Sheet(tuple(cells))


def _untitled_sheet(table: FormTable, values: Mapping[str, str]) -> Sheet:
    """Lay out a table that has column titles over three lines and one row without a title."""
    cells: list[SheetCell] = []
    depth = 1 + max(len(c.path) for c in table.columns)
    for i, column in enumerate(table.columns):
        for level, title in enumerate(column.path):
            if i == 0 or table.columns[i - 1].path[: level + 1] != column.path[: level + 1]:
                span = sum(c.path[: level + 1] == column.path[: level + 1] for c in table.columns)
                cells.append(SheetCell(title, level, i, 1, span))
        cells.append(SheetCell(column.titles[0], len(column.path), i, depth - len(column.path)))
    cells += _value_cells(table, table.rows[0], values, depth, 0)
    return Sheet(tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def _nested_sheet(table: FormTable, values: Mapping[str, str]) -> Sheet:
    """Lay out the table of requests: headings merged down the side, applicants over two lines."""
    present = _present(table, values)
    levels = 1 + max(len(r.path) for r in present)
    last = levels + len(table.columns) - 1
    cells = [
        SheetCell(table.corner[0], 0, 0, 3, levels),
        SheetCell(table.captions[0], 0, levels, 1, len(table.columns)),
    ]
    cells.append(SheetCell(table.columns[0].titles[0], 1, levels, 2))
    cells.append(SheetCell(table.corner[2], 1, levels + 1, 1, len(table.columns) - 2))
    cells.append(SheetCell(table.columns[-1].titles[0], 1, last, 2))
    cells += [SheetCell(c.titles[0], 2, levels + 1 + i) for i, c in enumerate(table.columns[1:-1])]
    for at, row in enumerate(present, start=3):
        above = present[at - 4].path if at > 3 else ()
        for level, title in enumerate(row.path):
            if above[: level + 1] != row.path[: level + 1]:
                span = sum(r.path[: level + 1] == row.path[: level + 1] for r in present)
                cells.append(SheetCell(title, at, level, span))
        cells.append(SheetCell(row.titles[0], at, len(row.path), 1, levels - len(row.path)))
        cells += _value_cells(table, row, values, at, levels)
    return Sheet(tuple(cells))


def to_html(sheet: Sheet) -> str:
    """Return an HTML table with rowspan and colspan."""
    rows = []
    for row in sheet.rows():
        parts = []
        for cell in row:
            spans = f' rowspan="{cell.row_span}"' * (cell.row_span > 1) + f' colspan="{cell.column_span}"' * (
                cell.column_span > 1
            )
            parts.append(f"<td{spans}>{html.escape(cell.text)}</td>")
        rows.append("<tr>" + "".join(parts) + "</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def to_places(sheet: Sheet) -> list[list[str]]:
    """Return the full grid of texts; what a merged cell covers is empty."""
    height = max(c.row + c.row_span for c in sheet.cells)
    grid = [[""] * sheet.width for _ in range(height)]
    for cell in sheet.cells:
        grid[cell.row][cell.column] = cell.text
    return grid


def to_markdown(sheet: Sheet) -> str:
    """Return a Markdown table."""
    rows = [[c.replace("|", "\\|") for c in row] for row in to_places(sheet)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def to_bars(sheet: Sheet) -> str:
    """Return one cell a line, each closed by a bar, rows filled up with bars: as web pages are often pasted."""
    lines = []
    for row in sheet.rows():
        lines += [f"{cell.text} |" if cell.text else "|" for cell in row]
        lines += ["|" * (sheet.width - len(row))] if len(row) < sheet.width else []
    return "\n".join(lines)


def to_lines(sheet: Sheet) -> str:
    """Return one cell a line; blank cells leave no trace."""
    return "\n".join(cell.text for row in sheet.rows() for cell in row if cell.text)


def to_tabs(sheet: Sheet) -> str:
    """Return one row a line, cells parted by tabs, covered cells kept as empty ones."""
    return "\n".join("\t".join(row) for row in to_places(sheet))


def to_blanks(sheet: Sheet, gap: str = "   ") -> str:
    """Return one row a line, cells parted by blanks; blank cells leave no trace."""
    return "\n".join(gap.join(cell.text for cell in row if cell.text) for row in sheet.rows())


TEXT_LAYOUTS: dict[str, Callable[[Sheet], str]] = {
    "lines": to_lines,
    "bars": to_bars,
    "tabs": to_tabs,
    "blanks": to_blanks,
    "markdown": to_markdown,
}
"""The layouts of a table in plain text, by name."""
