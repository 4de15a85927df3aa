"""A batch as a folder of Parquet files, one a table, written a group of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gxnlp.batch.outcomes import Failure
from gxnlp.batch.tables import DIGITS, PLACES, Kind, Row, rows_of, schemas
from gxnlp.errors import MissingExtraError
from gxnlp.schema import Record

GROUP_ROWS = 20_000
"""Rows a group: few megabytes, and what is held of a table at most."""


def require_pyarrow() -> None:
    """Check that pyarrow is there.

    Raises:
        MissingExtraError: It is not.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("writing Parquet", "batch") from error


class ParquetWriter:
    """Writes a folder with ``records.parquet``, ``cells.parquet`` … (`tables.schemas`).

    Args:
        folder: Where to; made here.
        columns: The manifests' columns.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        folder.mkdir()
        self._folder = folder
        self._open = ExitStack()
        # Failures have a file of their own beside the folder, whatever the format of the records.
        tables = {name: kinds for name, kinds in schemas(columns).items() if name != "failures"}
        self._schemas = {name: arrow_schema(kinds) for name, kinds in tables.items()}
        self._writers = {
            name: self._open.enter_context(pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd"))
            for name, schema in self._schemas.items()
        }
        self._rows: dict[str, list[Row]] = {name: [] for name in tables}

    def add(self, position: int, line: str) -> None:
        """Add the rows of a record."""
        for name, row in rows_of(position, Record.model_validate_json(line)):
            self._rows[name].append(row)
            if len(self._rows[name]) >= GROUP_ROWS:
                self._flush(name)

    def fail(self, position: int, failed: Failure) -> None:
        """Failures have a file of their own."""

    def close(self) -> None:
        """Write what is left, and wait until it is on the disk."""
        from gxnlp.batch.work import sync_folder, synced

        with self._open:
            for name in self._rows:
                self._flush(name)
        for path in self._folder.iterdir():
            with path.open("rb") as file:
                synced(file)
        sync_folder(self._folder)

    def _flush(self, name: str) -> None:
        import pyarrow as pa

        if self._rows[name]:
            self._writers[name].write_table(pa.Table.from_pylist(self._rows[name], schema=self._schemas[name]))
            self._rows[name].clear()


def arrow_schema(kinds: dict[str, Kind]) -> Any:
    """Return the Arrow schema of a table."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(DIGITS, PLACES),
        "real": pa.float64(),
        "flag": pa.bool_(),
        "texts": pa.list_(pa.string()),
        "integers": pa.list_(pa.int64()),
    }
    return pa.schema([(name, types[kind]) for name, kind in kinds.items()])
