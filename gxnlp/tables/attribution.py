"""Give the values of the tables to the rows whose titles were found.

Values on a title's own line are that row's. Values on lines of their own belong to the title before them, or, where a
table is written so throughout, to the title after them; a block of values that follows (or goes before) a block of
titles is dealt out where the sums allow but one way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain

from gxnlp.tables.alignment import Alignment, Element
from gxnlp.tables.tokens import Token

Judge = Callable[[dict[int, list[Token]]], int | None]
"""Says of whole rows, by number of their element, how many sums hold that are not all zero; None where one fails or
none could tell."""


@dataclass(slots=True)
class _Group:
    """Values that stand together. ``before`` is the title before them; ``owner`` the element on whose line they are."""

    before: int
    line: int
    tokens: list[Token] = field(default_factory=list)
    owner: int | None = None
    lost: bool = False
    """It belongs to a title that no form has."""

    @property
    def filled(self) -> list[Token]:
        return [token for token in self.tokens if token.filled]

    @property
    def numbers(self) -> int:
        return sum(token.kind == "number" for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The values by row.

    Attributes:
        rows: For each element that was found, by number and in order, its value tokens (blank ones too).
        titles: For each such element its title tokens.
        heads: For each table of the form the title tokens that are its captions and column titles.
        strays: Runs of values that no row can have, each with the title before it where that is of no form.
    """

    rows: dict[int, list[Token]]
    titles: dict[int, list[Token]]
    heads: dict[int, list[Token]]
    strays: list[tuple[Token | None, list[Token]]]


_FEWEST_SINGLE = 4
"""Rows of one value each that a block must have: no sum within a row confirms it."""


def _path(element: Element) -> tuple[str, ...]:
    return element.row.path if element.row is not None else ()


class _Roles:
    """What every title token is: row, heading, head, known (of the form, but not in the chain) or unknown."""

    def __init__(self, alignment: Alignment, known: Callable[[Token], bool]) -> None:
        self.elements = alignment.plan.elements
        self.element: list[int | None] = [None] * len(alignment.titles)
        self.inside: dict[int, int] = {}
        self.kind = ["known" if known(title) else "unknown" for title in alignment.titles]
        above = {t for m in alignment.matches for t in _path(self.elements[m.element])}
        self.holds = {
            m.element: e.holds_values and not (e.row is not None and e.row.heading and e.row.titles[0] in above)
            for m in alignment.matches
            for e in [self.elements[m.element]]
        }
        for match in alignment.matches:
            element = self.elements[match.element]
            for at in range(match.first, match.last + 1):
                self.element[at] = match.element
                self.kind[at] = "head" if element.row is None else "row" if self.holds[match.element] else "heading"
                if at < match.last and self.kind[at] == "row":
                    self.inside[at] = match.element
        self._untitled = {e.table_index: n for n, e in enumerate(self.elements) if e.row is not None and e.row.untitled}

    def beside_heading(self, title: int) -> bool:
        """Whether what follows a title follows a heading, which takes no values."""
        return title >= 0 and self.kind[title] == "heading"

    def before(self, title: int) -> int | None:
        """Return the row that values after a title belong to where values follow titles."""
        while title >= 0 and self.kind[title] == "known":
            title -= 1
        if title < 0:
            return None
        number = self.element[title]
        if number is None or self.kind[title] == "heading":
            return None
        return number if self.kind[title] == "row" else self._untitled.get(self.elements[number].table_index)

    def after(self, title: int, *, numbers: bool = True) -> int | None:
        """Return the row that values before a title belong to where titles follow values; marks may be a heading's."""
        passed = ("known", "heading") if numbers else ("known",)
        while title < len(self.kind) and self.kind[title] in passed:
            title += 1
        return self.element[title] if title < len(self.kind) and self.kind[title] == "row" else None


def attribute(alignment: Alignment, tokens: list[Token], known: Callable[[Token], bool], judge: Judge) -> Attribution:
    """Give every value to a row, or to none.

    Args:
        alignment: The chain of titles.
        tokens: All tokens, in reading order.
        known: Whether a title token that is not in the chain belongs to the form all the same (a repeated column
            title, a heading written down the side).
        judge: Holds a row's values against the sums of the form.
    """
    roles = _Roles(alignment, known)
    groups = _groups(tokens, roles)
    assigned = _assign(roles, groups)
    rows: dict[int, list[_Group]] = defaultdict(list)
    for match in alignment.matches:
        if roles.holds[match.element]:
            rows[match.element] = []
    strays: list[_Group] = []
    for group, owner in zip(groups, assigned, strict=True):
        if owner is None:
            strays.append(group)
        else:
            rows[owner].append(group)
    dealt = {n: list(chain.from_iterable(g.tokens for g in rows[n])) for n in sorted(rows)}
    _deal_blocks(roles, dealt, strays, judge)
    titles: dict[int, list[Token]] = defaultdict(list)
    heads: dict[int, list[Token]] = defaultdict(list)
    for at, title in enumerate(alignment.titles):
        number = roles.element[at]
        if number is not None:
            if roles.kind[at] == "head":
                heads[roles.elements[number].table_index].append(title)
            else:
                titles[number].append(title)
    left = [(_unknown_before(roles, alignment, group), group.tokens) for group in strays if group.tokens]
    return Attribution(dealt, dict(titles), dict(heads), left)


def _unknown_before(roles: _Roles, alignment: Alignment, group: _Group) -> Token | None:
    if group.before >= 0 and roles.kind[group.before] == "unknown":
        return alignment.titles[group.before]
    return None


def _groups(tokens: list[Token], roles: _Roles) -> list[_Group]:
    filled: dict[int, int] = defaultdict(int)
    titles: dict[int, list[int]] = defaultdict(list)
    at = -1
    for token in tokens:
        if token.kind == "title":
            at += 1
            titles[token.line].append(at)
        elif token.filled:
            filled[token.line] += 1

    def is_row_of_its_own(token: Token) -> bool:
        return token.grid or filled[token.line] > 1 or bool(titles[token.line] and filled[token.line])

    groups: list[_Group] = []
    current: _Group | None = None
    at = -1
    for token in tokens:
        if token.kind == "title":
            at += 1
            if roles.kind[at] != "known":
                current = None
            continue
        if token.kind not in ("number", "mark", "blank"):
            continue
        if token.kind == "blank" and titles[token.line] and titles[token.line][0] > at:
            # An empty cell before a line's title belongs to no row.
            continue
        if current is not None and token.line != current.line:
            alone = is_row_of_its_own(token) or is_row_of_its_own(current.tokens[-1])
            if token.grid or (token.filled and alone):
                current = None
        if (
            current is not None
            and token.kind == "number"
            and not current.numbers
            and roles.beside_heading(current.before)
        ):
            current = None
        if current is None:
            current = _Group(at, token.line)
            current.owner, current.lost = _owner_on_line(roles, titles[token.line], at)
            groups.append(current)
        current.tokens.append(token)
        if token.filled:
            current.line = token.line
    return groups


def _owner_on_line(roles: _Roles, line_titles: list[int], before: int) -> tuple[int | None, bool]:
    if before in roles.inside:
        return roles.inside[before], False
    rows = [t for t in line_titles if roles.kind[t] == "row"]
    earlier = [t for t in rows if t <= before]
    if earlier:
        return roles.element[earlier[-1]], False
    if rows and not any(roles.kind[t] == "unknown" for t in line_titles if t <= before):
        return roles.element[rows[0]], False
    return None, any(roles.kind[t] == "unknown" for t in line_titles)


def _assign(roles: _Roles, groups: list[_Group]) -> list[int | None]:
    own: dict[int, int] = defaultdict(int)
    for group in groups:
        if group.owner is not None:
            own[group.owner] += len(group.filled)

    def takes(number: int | None, group: _Group) -> int | None:
        if number is None or (own[number] and own[number] + len(group.filled) > _columns(roles.elements[number])):
            return None
        return number

    first: list[int | None] = []
    last: list[int | None] = []
    for group in groups:
        # A mark beside a heading says that no value goes there.
        beside_heading = not group.numbers and roles.beside_heading(group.before)
        free = group.owner is None and not group.lost and not beside_heading
        first.append(takes(roles.before(group.before), group) if free else group.owner)
        later = roles.after(group.before + 1, numbers=group.numbers > 0)
        last.append(takes(later, group) if free else group.owner)
    by_table: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(groups):
        if group.owner is None and group.numbers:
            for number in {n for n in (first[at], last[at]) if n is not None}:
                by_table[roles.elements[number].table_index].append(at)
    for table, members in by_table.items():
        # One value lost and one too many make no other order: the whole table must speak for it.
        if _cost(roles, groups, last, table, members) + 1 < _cost(roles, groups, first, table, members):
            for at in set(members):
                first[at] = last[at]
    taken = {number for number, group in zip(first, groups, strict=True) if number is not None and group.filled}
    for at, group in enumerate(groups):
        # Values on a line above the rest of their title.
        later = last[at]
        free = first[at] is None and later is not None and later not in taken
        if free and later is not None and len(group.filled) == _columns(roles.elements[later]):
            first[at] = later
            taken.add(later)
    return first


def _columns(element: Element) -> int:
    return len(element.table.columns)


def _cost(roles: _Roles, groups: list[_Group], assigned: list[int | None], table: int, members: list[int]) -> float:
    counts: dict[int, int] = {
        n: 0
        for n in set(roles.element)
        if n is not None and roles.elements[n].table_index == table and roles.holds.get(n)
    }
    cost = 0.0
    for at, (group, number) in enumerate(zip(groups, assigned, strict=True)):
        if number is not None and number in counts:
            counts[number] += len(group.filled)
        elif number is None and at in members and group.numbers:
            cost += 1
    for number, count in counts.items():
        row = roles.elements[number].row
        if count == 0:
            cost += 0 if row is not None and row.heading else 1
        elif count != _columns(roles.elements[number]):
            cost += 0.5
    return cost


def _deal_blocks(roles: _Roles, rows: dict[int, list[Token]], strays: list[_Group], judge: Judge) -> None:
    """Deal blocks of values out to blocks of rows that have none."""
    for members in _tables_of(roles, rows):
        for place, number in enumerate(members):
            width = _columns(roles.elements[number])
            values = [t for t in rows[number] if t.filled]
            count = len(values) // width
            if count < 2 or len(values) % width:
                continue
            above = _empty_run(rows, members[:place][::-1])
            below = _empty_run(rows, members[place + 1 :])
            if above == count - 1:
                _deal(members[place - count + 1 : place + 1], values, width, rows, judge)
            elif below == count - 1 and not above:
                _deal(members[place : place + count], values, width, rows, judge)
        # A block before the first title of its rows.
        for group in strays:
            opening = roles.after(group.before + 1)
            if opening is None or opening not in members or group.lost:
                continue
            width = _columns(roles.elements[opening])
            count = len(group.filled) // width
            place = members.index(opening)
            fits = count > 1 and len(group.filled) == count * width
            fits = fits and _empty_run(rows, members[place:]) == count
            if fits and _deal(members[place : place + count], group.filled, width, rows, judge):
                group.tokens = []


def _tables_of(roles: _Roles, rows: dict[int, list[Token]]) -> list[list[int]]:
    tables: dict[int, list[int]] = defaultdict(list)
    for number in rows:
        tables[roles.elements[number].table_index].append(number)
    return list(tables.values())


def _empty_run(rows: dict[int, list[Token]], members: list[int]) -> int:
    count = 0
    for number in members:
        if any(t.filled for t in rows[number]):
            break
        count += 1
    return count


def _deal(members: list[int], values: list[Token], width: int, rows: dict[int, list[Token]], judge: Judge) -> bool:
    """Deal values out by rows or by columns, whichever the sums allow; report whether it was done."""
    height = len(members)
    if width == 1 and height < _FEWEST_SINGLE:
        return False
    by_rows = [values[i * width : (i + 1) * width] for i in range(height)]
    by_columns = [values[i::height] for i in range(height)]
    kept: list[list[list[Token]]] = []
    for dealt in [by_rows] if width == 1 else [by_rows, by_columns]:
        if judge(dict(zip(members, dealt, strict=True))) is not None:
            kept.append(dealt)
    same = len(kept) == 2 and all(
        a.value == b.value for x, y in zip(*kept, strict=True) for a, b in zip(x, y, strict=True)
    )
    if len(kept) == 1 or same:
        for number, row in zip(members, kept[0], strict=True):
            rows[number] = row
        return True
    return False
