"""The values of all reports in columns: names are coded, so that a value takes some sixty bytes and not a kilobyte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gxnlp.errors import MissingExtraError
from gxnlp.panel.reduction import DIGITS, PLACES, Value

_FLUSH = 50_000
_CODED = ("part", "name", "unit", "status", "period", "qualifier")


def require_panel() -> None:
    """Check that what a panel needs is installed.

    Raises:
        MissingExtraError: pandas or pyarrow is not.
    """
    try:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("a panel", "panel") from error


class Values:
    """Values of reports, appended report by report and read back as an Arrow table.

    ``report`` is the report's position; the rows of one report stand together, in order.
    """

    def __init__(self) -> None:
        import pyarrow as pa

        self._types = {
            "report": pa.int32(),
            **dict.fromkeys(_CODED, pa.int32()),
            "value": pa.decimal128(DIGITS, PLACES),
            "subject": pa.string(),
            **dict.fromkeys(("start", "end", "page", "sentence_start", "sentence_end"), pa.int32()),
            "stands": pa.bool_(),
        }
        self._codes: dict[str, dict[str, int]] = {name: {} for name in _CODED}
        self._batches: list[Any] = []
        self._rows: list[tuple[int, Value]] = []
        self.starts = [0]

    def append(self, report: int, values: Sequence[Value]) -> None:
        """Add the values of the next report."""
        self._rows += ((report, value) for value in values)
        self.starts.append(self.starts[-1] + len(values))
        if len(self._rows) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns: dict[str, list[Any]] = {"report": [report for report, _ in self._rows]}
        for place, name in enumerate(Value._fields):
            column: list[Any] = [value[place] for _, value in self._rows]
            if name in self._codes:
                codes = self._codes[name]
                column = [codes.setdefault(text, len(codes)) for text in column]
            columns[name] = column
        self._batches.append(
            pa.record_batch([pa.array(columns[name], type=kind) for name, kind in self._types.items()], [*self._types])
        )
        self._rows.clear()

    def table(self) -> Any:
        """Return all values as a ``pyarrow.Table``; names, units and the like are dictionary columns."""
        import pyarrow as pa

        self._flush()
        table = pa.Table.from_batches(self._batches)
        self._batches.clear()
        for name, codes in self._codes.items():
            names = pa.array([*codes], type=pa.string())
            chunks = [pa.DictionaryArray.from_arrays(chunk, names) for chunk in table.column(name).chunks]
            table = table.set_column(table.schema.get_field_index(name), name, pa.chunked_array(chunks))
        return table


class Selection:
    """Some of the values of all reports, found report by report.

    Args:
        table: The table of `Values`, or rows of it in order.
        reports: How many reports there are.
    """

    def __init__(self, table: Any, reports: int) -> None:
        import numpy as np

        self._table = table
        self._starts = np.searchsorted(table.column("report").to_numpy(), np.arange(reports + 1)).tolist()

    def of(self, report: int) -> list[Value]:
        """Return the values of one report."""
        start, end = self._starts[report], self._starts[report + 1]
        if start == end:
            return []
        rows = self._table.slice(start, end - start)
        columns = [rows.column(name).to_pylist() for name in Value._fields]
        return [Value._make(row) for row in zip(*columns, strict=True)]

    def standing(self, report: int) -> dict[str, Value]:
        """Return the values of one report that stand, by name."""
        return {value.name: value for value in self.of(report) if value.stands}
