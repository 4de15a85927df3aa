"""The arithmetic of a report: the sums that its form demands, and the breakdowns that its prose gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from gxnlp import schema
from gxnlp.forms.loader import Form, Sum
from gxnlp.schema import CheckStatus

_PARTS_OPEN = re.compile(r"^[^\d。;；！？]{0,12}?[,，;；(（:：]\s*(?:其中|包括|分别[是为]|含)")
_SHARE = re.compile(r"^[,，]?[^\d,，。;；]{0,6}[\d.]+[%％]")  # a rate between the total and its parts
_RESPECTIVELY = re.compile(r"^[^\d]{0,16}?分别[是为]")
_REST = re.compile(r"^(?:其他|其它|其余|另)")
_MONEY_AND_RATES = frozenset(("元", "%", "‰"))
_ITEM_LABELS = frozenset(("items_total", "items_category", "items_channel", "items_produced"))


def _expression(left: Sequence[str], right: Sequence[str]) -> str:
    return f"{' + '.join(left)} = {' + '.join(right)}"


def _first_alternatives(terms: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    return [name for alternatives in terms for name in alternatives[0]]


def _check_sum(demand: Sum, values: Mapping[str, Decimal], places: Mapping[str, int]) -> schema.Check | None:
    """Check one sum; None where the report has no row or column that it speaks of."""
    held = sorted(places[name] for name in demand.indicators if name in places)
    if not held:
        return None
    sides = demand.resolve(values)
    if sides is None:
        expression = _expression(_first_alternatives(demand.left), _first_alternatives(demand.right))
        return schema.Check(
            id=demand.id,
            expression=expression,
            left=None,
            right=None,
            status=CheckStatus.NOT_ASSESSABLE,
            cells=tuple(held),
        )
    left, right = (sum((values[name] for name in side), Decimal(0)) for side in sides)
    return schema.Check(
        id=demand.id,
        expression=_expression(*sides),
        left=left,
        right=right,
        status=CheckStatus.PASS if left == right else CheckStatus.FAIL,
        cells=tuple(places[name] for side in sides for name in side),
    )


def check_form(cells: Sequence[schema.CellValue], form: Form) -> list[schema.Check]:
    """Check the sums that a form demands.

    Args:
        cells: The cells that were read.
        form: The form in use.

    Returns:
        A check for each sum that speaks of a cell of the report; a sum over a blank or missing cell is
        ``not_assessable``, a sum over rows that the report does not have is left out.
    """
    values: dict[str, Decimal] = {}
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        if cell.value is not None and cell.indicator not in values:
            values[cell.indicator] = cell.value
            places[cell.indicator] = position
        places.setdefault(cell.indicator, position)
    found = (_check_sum(demand, values, places) for demand in form.sums)
    return [check for check in found if check is not None]


def _is_part(total: schema.Figure, figure: schema.Figure) -> bool:
    """Whether a figure may be a part of a total: of one kind of thing, of one unit, of one period, and exact."""
    alike = figure.label == total.label or {figure.label, total.label} <= _ITEM_LABELS
    money = (figure.unit in _MONEY_AND_RATES) or (total.unit in _MONEY_AND_RATES)
    return (
        alike
        and (not money or figure.unit == total.unit)
        and figure.period == total.period
        and figure.qualifier is schema.Qualifier.EXACT
        and not figure.implied
    )


def _groups(total: Decimal, parts: Sequence[tuple[int, schema.Figure]]) -> Iterator[list[tuple[int, schema.Figure]]]:
    """Split parts where they add up to the total, as a report may break one total down in two ways."""
    group: list[tuple[int, schema.Figure]] = []
    for part in parts:
        group.append(part)
        if sum(f.value for _, f in group) == total:
            yield group
            group = []
    if group:
        yield group


def check_breakdowns(text: str, figures: Sequence[schema.Figure]) -> list[schema.Check]:
    """Check the totals that the prose breaks down at once (``共107件,其中网络申请100件,信函申请7件``).

    A breakdown need not name all parts, and parts may overlap: it fails only where the report says that the parts make
    up the whole, by naming the rest (其他) last or by 分别为; else parts that do not add up are ``not_assessable``.

    Args:
        text: The document's text.
        figures: Its figures in order.

    Returns:
        A check for each total with two parts or more behind 其中, 包括 or 分别为 in one sentence.
    """
    checks = []
    for position, total in enumerate(figures):
        if total.implied or total.unit in ("%", "‰") or total.qualifier is not schema.Qualifier.EXACT:
            continue
        if not _PARTS_OPEN.match(_SHARE.sub("", text[total.end : total.sentence_end])):
            continue
        behind = [
            (i, f)
            for i, f in enumerate(figures[position + 1 :], start=position + 1)
            if f.start < total.sentence_end and f.unit not in ("%", "‰")
        ]
        parts = []
        for i, figure in behind:
            if not _is_part(total, figure):
                break
            parts.append((i, figure))
        for group in _groups(total.value, parts):
            if len(group) >= 2:
                checks.append(_check_parts(text, position, total, group, ended=len(parts) == len(behind)))
    return checks


def _check_parts(
    text: str, position: int, total: schema.Figure, group: Sequence[tuple[int, schema.Figure]], *, ended: bool
) -> schema.Check:
    added = sum((f.value for _, f in group), Decimal(0))
    last = group[-1][1]
    before_last = text[group[-2][1].end : last.start].strip(",，;；、和及 \n")
    names_rest = ended and bool(_REST.match(before_last) or _REST.match(last.subject or ""))
    if added == total.value:
        status = CheckStatus.PASS
    elif names_rest or _RESPECTIVELY.match(text[total.end : group[0][1].start]):
        status = CheckStatus.FAIL
    else:
        status = CheckStatus.NOT_ASSESSABLE
    return schema.Check(
        id=f"breakdown.{total.start}",
        expression=f"{total.text} = {' + '.join(f.text for _, f in group)}",
        left=total.value,
        right=added,
        status=status,
        figures=(position, *(i for i, _ in group)),
    )
