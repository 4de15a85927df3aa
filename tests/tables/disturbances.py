"""What happens to tables between a body's word processor and us: each function does one such thing, at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from gxnlp.forms import Form
from gxnlp.forms.rendering import Sheet, SheetCell, sheets
from gxnlp.forms.values import read_value

MARKS = ("/", "-", "—", "——", "不适用", "无")


@dataclass
class Case:
    """A filled form on its way to a text: what is printed, and what must come out of it."""

    form: Form
    values: dict[str, str]
    printed: list[Sheet]
    rng: random.Random

    @classmethod
    def filled(cls, form: Form, values: dict[str, str], rng: random.Random) -> Case:
        return cls(form, dict(values), sheets(form, values), rng)

    def change(self, sheet: int, cells: list[SheetCell]) -> None:
        self.printed[sheet] = Sheet(tuple(sorted(cells, key=lambda c: (c.row, c.column))))

    def value_cells(self) -> list[tuple[int, SheetCell]]:
        return [(i, c) for i, s in enumerate(self.printed) for c in s.cells if c.indicator]

    def set_value(self, sheet: int, cell: SheetCell, text: str) -> None:
        self.values[cell.indicator] = text
        self.change(sheet, [replace(c, text=text) if c is cell else c for c in self.printed[sheet].cells])


def _write_number(text: str, rng: random.Random) -> str:
    value = read_value(text)
    if value is None or value.number is None:
        return text
    ways: list[Callable[[str], str]] = [
        lambda t: t,
        lambda t: f"{int(t):,}",
        lambda t: t.translate({ord("0") + i: chr(ord("０") + i) for i in range(10)}),
        lambda t: t + "件",
        lambda t: f"{t} 件",
    ]
    return rng.choice(ways)(text)


def numbers_written_otherwise(case: Case) -> None:
    for i, sheet in enumerate(case.printed):
        cells = []
        for cell in sheet.cells:
            money = cell.indicator and case.form.slots[cell.indicator].base == "元"
            text = _write_number(cell.text, case.rng) if cell.indicator and not money else cell.text
            cells.append(replace(cell, text=text))
            if cell.indicator:
                case.values[cell.indicator] = text
        case.change(i, cells)


def blanks_and_marks(case: Case) -> None:
    for i, cell in case.rng.sample(case.value_cells(), 8):
        case.set_value(i, cell, case.rng.choice((*MARKS, "", "")))


def marks(case: Case) -> None:
    for i, cell in case.rng.sample(case.value_cells(), 12):
        case.set_value(i, cell, case.rng.choice(MARKS))


def zeros(case: Case) -> None:
    """Most cells of most reports are 0."""
    for i, sheet in enumerate(case.printed):
        cells = []
        for cell in sheet.cells:
            zero = cell.indicator and case.rng.random() < 0.9
            cells.append(replace(cell, text="0") if zero else cell)
            if zero:
                case.values[cell.indicator] = "0"
        case.change(i, cells)


def _retitle(case: Case, change: Callable[[str], str]) -> None:
    for i, sheet in enumerate(case.printed):
        case.change(i, [c if c.indicator else replace(c, text=change(c.text)) for c in sheet.cells])


def titles_spelt_otherwise(case: Case) -> None:
    swaps = [
        ("（", "("),
        ("）", ")"),
        ("1.", "1、"),
        ("2.", "2．"),
        ("“", '"'),
        ("”", '"'),
        ("勾稽", "钩稽"),
        ("：", ":"),
    ]

    def change(text: str) -> str:
        for old, new in swaps:
            if case.rng.random() < 0.5:
                text = text.replace(old, new)
        return text

    _retitle(case, change)


def titles_with_blanks(case: Case) -> None:
    def change(text: str) -> str:
        if case.rng.random() < 0.5 or len(text) > 12:
            return text
        return case.rng.choice((" ", "　", " ")).join(text)

    _retitle(case, change)


def titles_in_traditional_characters(case: Case) -> None:
    import opencc

    _retitle(case, opencc.OpenCC("s2t").convert)


def row_missing(case: Case) -> None:
    i, cell = case.rng.choice(case.value_cells())
    sheet = case.printed[i]
    gone = {c.indicator for c in sheet.cells if c.row == cell.row and c.indicator}
    for name in gone:
        del case.values[name]
    case.change(i, [c for c in sheet.cells if c.row != cell.row or c.row_span > 1])


def row_added(case: Case) -> None:
    i, cell = case.rng.choice(case.value_cells())
    sheet = case.printed[i]
    moved = [replace(c, row=c.row + 1) if c.row > cell.row else c for c in sheet.cells]
    moved = [replace(c, row_span=c.row_span + 1) if c.row <= cell.row < c.row + c.row_span - 1 else c for c in moved]
    same = [c for c in sheet.cells if c.row == cell.row and c.indicator]
    title = [c for c in sheet.cells if c.row == cell.row and not c.indicator and c.row_span == 1]
    new = [replace(c, text=str(7000 + c.column), row=cell.row + 1, indicator="") for c in same]
    new += [replace(c, text="9.因故另行登记事宜", row=cell.row + 1) for c in title[-1:]]
    case.change(i, moved + new)


def row_without_title(case: Case) -> None:
    i, cell = case.rng.choice(case.value_cells())
    cells = case.printed[i].cells
    case.change(i, [replace(c, text="") if c.row == cell.row and not c.indicator else c for c in cells])


def subtotal_column(case: Case) -> None:
    """An added column 法人小计 between the organisations and the total."""
    for i, sheet in enumerate(case.printed):
        if not any(c.indicator == "requests.new.company" for c in sheet.cells):
            continue
        last = sheet.width - 1
        cells = []
        for cell in sheet.cells:
            if cell.column == last:
                cell = replace(cell, column=last + 1)
            elif cell.text in ("法人或其他组织", "申请人情况"):
                cell = replace(cell, column_span=cell.column_span + 1)
            cells.append(cell)
        cells.append(SheetCell("法人小计", 2, last))
        for row in sorted({c.row for c in sheet.cells if c.indicator}):
            own = [c for c in sheet.cells if c.row == row and c.indicator][1:-1]
            total = sum(int(c.text) for c in own if c.text.isdigit())
            cells.append(SheetCell(str(total), row, last))
        case.change(i, cells)


def column_missing(case: Case) -> None:
    for i, sheet in enumerate(case.printed):
        head = [c for c in sheet.cells if c.text == "法律服务机构"]
        if not head:
            continue
        gone = head[0].column
        for cell in sheet.cells:
            if cell.column == gone and cell.indicator:
                del case.values[cell.indicator]
        kept = [c for c in sheet.cells if c.column != gone]
        wide = [
            replace(c, column_span=c.column_span - 1) if c.column < gone < c.column + c.column_span else c for c in kept
        ]
        case.change(i, [replace(c, column=c.column - 1) if c.column > gone else c for c in wide])


# Texts ----------------------------------------------------------------------------------------------------------------


def page_marks(lines: list[str], rng: random.Random) -> list[str]:
    for _ in range(4):
        mark = rng.choice(("- 4 -", "— 12 —", "第 4 页", "－ 7 －"))
        lines = [*lines]
        lines.insert(rng.randrange(1, len(lines)), mark)
    return lines


def page_mark_after_title(lines: list[str], rng: random.Random) -> list[str]:
    found = [i for i, line in enumerate(lines) if line.rstrip(" |").endswith("项")]
    if not found:
        return lines
    at = rng.choice(found)
    return [*lines[:at], lines[at].rstrip(" |") + "- 4 -", *lines[at + 1 :]]


def bare_page_number(lines: list[str], rng: random.Random) -> list[str]:
    at = rng.randrange(1, len(lines))
    return [*lines[:at], str(rng.randrange(2, 9)), *lines[at:]]


def running_heads(lines: list[str], rng: random.Random) -> list[str]:
    for _ in range(2):
        lines = [*lines]
        lines.insert(rng.randrange(1, len(lines)), "青禾市临江区2022年政府信息公开工作年度报告")
    return lines


def wrapped_titles(lines: list[str], rng: random.Random) -> list[str]:
    found: list[str] = []
    for line in lines:
        title = line.rstrip(" |")
        if len(title) > 8 and not any(gap in line for gap in ("\t", "  ")) and rng.random() < 0.5:
            at = rng.randrange(4, len(title) - 3)
            found += [title[:at], title[at:] + line[len(title) :]]
        else:
            found.append(line)
    return found


def side_pieces(lines: list[str], rng: random.Random) -> list[str]:
    """三、本年度办理结果 down the side: its pieces stand among the rows."""
    at = next((i for i, line in enumerate(lines) if line.startswith("三、本年度办理结果")), None)
    if at is None:
        return lines
    pieces = rng.choice((["三、本", "年度办", "理结果"], ["三、", "本年", "度办理", "结果"], [*"三、本年度办理结果"]))
    rest = [lines[at].removeprefix("三、本年度办理结果").strip(" |\t") or "|", *lines[at + 1 :]]
    places = sorted(rng.sample(range(max(1, len(rest) - 8)), len(pieces)))
    for shift, (place, piece) in enumerate(zip(places, pieces, strict=True)):
        rest.insert(place + shift, piece)
    return lines[:at] + rest


TEXT_DISTURBANCES = (page_marks, page_mark_after_title, bare_page_number, running_heads, wrapped_titles, side_pieces)
SHEET_DISTURBANCES = (
    numbers_written_otherwise, blanks_and_marks, marks, zeros, titles_spelt_otherwise, titles_with_blanks,
    titles_in_traditional_characters, row_missing, row_added, row_without_title, subtotal_column, column_missing,
)  # fmt: skip


# Reading orders of one page -------------------------------------------------------------------------------------------


def _split(sheet: Sheet) -> tuple[list[str], list[tuple[list[str], list[str]]]]:
    first = min(c.row for c in sheet.cells if c.indicator)
    head = [c.text for c in sheet.cells if c.row < first and c.text]
    rows = []
    for row in sheet.rows()[first:]:
        rows.append(([c.text for c in row if not c.indicator and c.text], [c.text for c in row if c.indicator]))
    return head, rows


def rows_first(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    return head + [text for titles, values in rows for text in (*titles, *values)]


def values_before_titles(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    return head + [text for titles, values in rows for text in (*values, *titles)]


def titles_then_values(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    return head + [t for titles, _ in rows for t in titles] + [v for _, values in rows for v in values]


def values_then_titles(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    return head + [v for _, values in rows for v in values] + [t for titles, _ in rows for t in titles]


def by_columns(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    width = max(len(values) for _, values in rows)
    down = [values[i] for i in range(width) for _, values in rows if i < len(values)]
    return head + [t for titles, _ in rows for t in titles] + down


def wrapped_around_values(sheet: Sheet) -> list[str]:
    head, rows = _split(sheet)
    found = list(head)
    for titles, values in rows:
        if titles and len(titles[-1]) > 9:
            cut = len(titles[-1]) * 2 // 3
            found += [*titles[:-1], titles[-1][:cut], *values, titles[-1][cut:]]
        else:
            found += [*titles, *values]
    return found


READING_ORDERS = (
    rows_first, values_before_titles, titles_then_values, values_then_titles, by_columns, wrapped_around_values
)  # fmt: skip


# Lines of a page, titles wrapped --------------------------------------------------------------------------------------


def _cut(title: str, parts: int) -> list[str]:
    at = [len(title) * i // parts for i in range(parts + 1)]
    return [title[a:b] for a, b in pairwise(at)]


def values_beside_the_first_line(title: str, values: str) -> list[str]:
    first, second = _cut(title, 2)
    return [f"{first} {values}", second]


def values_beside_the_last_line(title: str, values: str) -> list[str]:
    first, second = _cut(title, 2)
    return [first, f"{second} {values}"]


def values_beside_the_middle_line(title: str, values: str) -> list[str]:
    first, second, third = _cut(title, 3)
    return [first, f"{second} {values}", third]


def values_between_the_lines(title: str, values: str) -> list[str]:
    first, second = _cut(title, 2)
    return [first, values, second]


WRAPPED_LINES = (
    values_beside_the_first_line, values_beside_the_last_line, values_beside_the_middle_line, values_between_the_lines
)  # fmt: skip


def page_lines(sheet: Sheet, wrap: Callable[[str, str], list[str]]) -> list[str]:
    """The lines of a page as a PDF gives them: single blanks between cells, long titles over several lines."""
    head, rows = _split(sheet)
    lines = [" ".join(head)]
    for titles, values in rows:
        joined = " ".join(values)
        if titles and len(titles[-1]) > 9:
            lines += [*titles[:-1], *wrap(titles[-1], joined)]
        else:
            lines += [*titles[:-1], " ".join(filter(None, (*titles[-1:], joined)))]
    return lines
