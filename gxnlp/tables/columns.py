"""The columns of a table as its head shows them."""

from __future__ import annotations

from collections import Counter, defaultdict

from gxnlp.forms import FormTable
from gxnlp.forms.titles import title_key
from gxnlp.forms.values import money_unit
from gxnlp.tables.slots import EXTRA, Placement
from gxnlp.tables.tokens import Token


class HeadColumns:
    """What the head of a table shows of its columns: where they stand, in which order, which are missing or added."""

    def __init__(self, table: FormTable, heads: list[Token], tokens: list[Token]) -> None:
        self._table = table
        self._width = len(table.columns)
        # Places in a line of a loose table mean something only where empty cells are kept: then all lines are as long.
        self._cells = Counter(t.line for t in tokens)
        self._grids = {t.table for t in tokens if t.grid}
        self._gapped = {t.line for t in tokens if t.grid or t.kind == "blank"}
        keys: dict[str, list[int]] = defaultdict(list)
        for position, column in enumerate(table.columns):
            for word in {w for t in column.titles for w in (title_key(t).full, title_key(t).short)}:
                keys[word].append(position)
        extra = {title_key(t).full for t in table.extra_columns}
        self.extra = next((t.text for t in heads if t.key.full in extra), "")
        self._heads: dict[int, list[Token]] = defaultdict(list)
        by_columns: dict[tuple[int, ...], list[Token]] = defaultdict(list)
        for token in heads:
            positions = keys.get(token.key.full) or keys.get(token.key.short)
            if positions:
                by_columns[tuple(positions)].append(token)
        for several, found in by_columns.items():
            if len(found) == len(several):
                found.sort(key=lambda t: (t.table, t.column, t.line))
                for position, token in zip(several, found, strict=True):
                    self._heads[position].append(token)
        self._ranges = self._column_ranges(heads, extra, self._gapped)
        self._plain_ranges = self._column_ranges(heads, extra, {t.line for t in heads})
        self.orders = self._orders(heads, extra)

    def _column_ranges(self, heads: list[Token], extra: set[str], lines: set[int]) -> dict[int, dict[int, int]]:
        """Return for each table of the document where its columns stand: column of the grid to column of the form.

        Args:
            heads: Titles of the columns.
            extra: Titles of columns that the form does not have.
            lines: Lines whose places are to be believed.
        """
        ranges: dict[int, dict[int, int]] = defaultdict(dict)
        for position, tokens in self._heads.items():
            for token in tokens:
                if token.line in lines and self._cells[token.line] > 1:
                    for at in range(token.column, token.column + token.span):
                        taken = at in ranges[token.table]
                        ranges[token.table][at] = -2 if taken else position
        for token in heads:
            if token.key.full in extra and token.line in lines:
                ranges[token.table][token.column] = EXTRA
        self._lengths = {t.table: {self._cells[h.line] for h in heads if h.table == t.table} for t in heads}
        kept = {t: {at: p for at, p in r.items() if p != -2} for t, r in ranges.items()}
        return {t: r for t, r in kept.items() if len({p for p in r.values() if p >= 0}) * 2 > self._width}

    def _orders(self, heads: list[Token], extra: set[str]) -> list[tuple[int, ...]]:
        full = tuple(range(self._width))
        orders = [full]
        for ranges in self._ranges.values():
            printed = tuple(dict.fromkeys(p for _, p in sorted(ranges.items()) if p != EXTRA))
            if sorted(printed) == list(full):
                orders.append(printed)
        if len(self._heads) * 2 > self._width and len(self._heads) < self._width:
            orders.append(tuple(sorted(self._heads)))
        if self.extra:
            with_extra = []
            for order in orders:
                parts = self._table.columns
                first = next((i for i, p in enumerate(order) if parts[p].name == "company"), 1)
                last = next((i for i, p in enumerate(order) if parts[p].name == "total"), len(order) - 1)
                with_extra += [(*order[:at], EXTRA, *order[at:]) for at in (first, last)]
            orders = with_extra + orders
        return list(dict.fromkeys(orders))

    def fixed(self, tokens: list[Token], titles: list[Token]) -> Placement | None:
        """Return the placement that the columns show, or None where they show nothing that holds together."""
        if not tokens:
            return None
        lines = {t.line for t in tokens if t.filled}
        if len(lines) != 1:
            return None
        line = next(iter(lines))
        # A row that keeps an empty cell and is as long as the head stands under it, though the head has none to keep.
        by_table = self._plain_ranges if line in self._gapped else self._ranges
        ranges = self._ranges.get(tokens[0].table) or by_table.get(tokens[0].table)
        if ranges is None or any(t.table != tokens[0].table for t in tokens):
            return None
        if tokens[0].table not in self._grids and self._cells[line] not in self._lengths[tokens[0].table]:
            return None
        # A title in a column of values: the row is shifted against the head.
        if any(t.line == line and any(at in ranges for at in range(t.column, t.column + t.span)) for t in titles):
            return None
        placed: list[int | None] = [None] * self._width
        for i, token in enumerate(tokens):
            if token.line != line:
                continue
            position = ranges.get(token.column)
            if position is None or position == EXTRA:
                if token.filled and position is None and token.column < max(ranges):
                    return None
                continue
            if placed[position] is not None:
                return None
            placed[position] = i
        return tuple(placed)

    @property
    def reordered(self) -> bool:
        """Whether the head prints the columns in another order than the form has them."""
        return list(self.orders[-1]) != sorted(self.orders[-1])

    def absent(self, position: int) -> bool:
        """Whether the head shows that the table lacks a column."""
        return len(self._heads) * 2 > self._width and position not in self._heads

    def unit(self, position: int) -> str:
        """Return the unit of money that a column's title gives."""
        return next(filter(None, (money_unit(t.text) for t in self._heads.get(position, ()))), "")
