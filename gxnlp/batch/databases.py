"""A batch as a database of one file, SQLite or DuckDB, with a table of failures beside those of the records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from gxnlp.batch.outcomes import Failure
from gxnlp.batch.tables import DIGITS, PLACES, Kind, Row, failure_row, rows_of, schemas
from gxnlp.batch.work import synced
from gxnlp.errors import MissingExtraError, WriteError
from gxnlp.schema import Record

_ROWS = 10_000  # rows of a table that are held at most
_SQLITE_TYPES: dict[Kind, str] = {
    "text": "TEXT", "integer": "INTEGER", "real": "REAL", "flag": "INTEGER", "texts": "TEXT", "integers": "TEXT",
}  # fmt: skip
_DUCKDB_TYPES: dict[Kind, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": f"DECIMAL({DIGITS}, {PLACES})", "real": "DOUBLE",
    "flag": "BOOLEAN", "texts": "VARCHAR[]", "integers": "BIGINT[]",
}  # fmt: skip


def require_duckdb() -> None:
    """Check that DuckDB and what feeds it are there.

    Raises:
        MissingExtraError: They are not.
    """
    try:
        import duckdb  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("writing DuckDB", "batch") from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what a database says of a full disk and the like into the error that every output raises."""
    try:
        yield
    except Exception as error:
        # DuckDB's errors are known by their module alone as long as it is optional.
        if isinstance(error, sqlite3.Error) or type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
            raise WriteError(path, str(error).splitlines()[0]) from error
        raise


class _Buffered:
    """Rows gathered by table and handed on in groups."""

    def __init__(self, kinds: dict[str, dict[str, Kind]], insert: Callable[[str, list[Row]], None]) -> None:
        self._rows: dict[str, list[Row]] = {name: [] for name in kinds}
        self._insert = insert

    def add(self, rows: Iterable[tuple[str, Row]]) -> None:
        for name, row in rows:
            self._rows[name].append(row)
            if len(self._rows[name]) >= _ROWS:
                self._flush(name)

    def flush(self) -> None:
        for name in self._rows:
            self._flush(name)

    def _flush(self, name: str) -> None:
        if self._rows[name]:
            self._insert(name, self._rows[name])
            self._rows[name].clear()


class SqliteWriter:
    """Writes a SQLite database. It has no decimals, so ``value`` is text, exact; lists are JSON.

    Args:
        path: The file.
        columns: The manifests' columns.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._kinds = {
            name: {column: kind for column, kind in kinds.items() if column != "value_text"}
            for name, kinds in schemas(columns).items()
        }
        self._connection = sqlite3.connect(path)
        # The file takes its name only when it is whole: a journal would guard what nobody sees.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        for name, kinds in self._kinds.items():
            types = ", ".join(f"{_quoted(c)} {_SQLITE_TYPES.get(kind, 'TEXT')}" for c, kind in kinds.items())
            self._connection.execute(f"CREATE TABLE {name} ({types})")
        self._rows = _Buffered(self._kinds, self._insert)

    def add(self, position: int, line: str) -> None:
        """Add the rows of a record."""
        with _told(self._path):
            self._rows.add(rows_of(position, Record.model_validate_json(line)))

    def fail(self, position: int, failed: Failure) -> None:
        """Add a failure."""
        with _told(self._path):
            self._rows.add([("failures", failure_row(position, failed))])

    def close(self) -> None:
        """Finish the database."""
        with _told(self._path), closing(self._connection):
            self._rows.flush()
            for name in self._kinds:
                self._connection.execute(f"CREATE INDEX {name}_report ON {name} (report)")
            self._connection.commit()
        with self._path.open("rb") as file:
            synced(file)

    def _insert(self, name: str, rows: list[Row]) -> None:
        columns = self._kinds[name]
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {name} VALUES ({marks})",  # noqa: S608 - names of our own tables
            ([_sqlite_value(row, column) for column in columns] for row in rows),
        )


def _sqlite_value(row: Row, column: str) -> object:
    value = row.get("value_text") if column == "value" else row.get(column)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


class DuckdbWriter:
    """Writes a DuckDB database; types as in the Parquet files.

    Args:
        path: The file.
        columns: The manifests' columns.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import duckdb

        self._path = path
        self._kinds = schemas(columns)
        # One thread and rows in order, so that the same records give the same database.
        self._connection: Any = duckdb.connect(str(path), config={"threads": 1, "memory_limit": "512MB"})
        for name, kinds in self._kinds.items():
            types = ", ".join(f"{_quoted(column)} {_DUCKDB_TYPES[kind]}" for column, kind in kinds.items())
            self._connection.execute(f"CREATE TABLE {name} ({types})")
        self._rows = _Buffered(self._kinds, self._insert)

    def add(self, position: int, line: str) -> None:
        """Add the rows of a record."""
        with _told(self._path):
            self._rows.add(rows_of(position, Record.model_validate_json(line)))

    def fail(self, position: int, failed: Failure) -> None:
        """Add a failure."""
        with _told(self._path):
            self._rows.add([("failures", failure_row(position, failed))])

    def close(self) -> None:
        """Finish the database."""
        with _told(self._path), closing(self._connection):
            self._rows.flush()
        with self._path.open("rb") as file:
            synced(file)

    def _insert(self, name: str, rows: list[Row]) -> None:
        import pyarrow as pa

        from gxnlp.batch.parquet import arrow_schema

        self._connection.register("rows", pa.Table.from_pylist(rows, schema=arrow_schema(self._kinds[name])))
        self._connection.execute(f"INSERT INTO {name} SELECT * FROM rows")  # noqa: S608 - names of our own tables
        self._connection.unregister("rows")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
