"""What a batch is written as: a writer for each suffix, and the list of failures beside the records."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from gxnlp.batch.outcomes import Failure
from gxnlp.batch.tables import failure_row, manifest_column
from gxnlp.batch.work import sync_folder, synced
from gxnlp.errors import ConfigError
from gxnlp.report.export import COLUMNS, csv_rows
from gxnlp.schema import Record


class OutputFormat(StrEnum):
    """What a batch is written as."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    DUCKDB = "duckdb"
    SQLITE = "sqlite"


SUFFIXES = {f".{format.value}": format for format in OutputFormat} | {".db": OutputFormat.SQLITE}
ERROR_SUFFIXES = (".csv", ".jsonl")


class Writer(Protocol):
    """Writes a batch's outcomes to a file or folder that is not yet where it will be."""

    def add(self, position: int, line: str) -> None:
        """Add the record of one report, by its line."""

    def fail(self, position: int, failed: Failure) -> None:
        """Add a report without record."""

    def close(self) -> None:
        """Finish: all is on the disk. Where that fails, and where it is done twice, nothing is left open."""


def check_output(output: Path, errors: Path | None = None, format: OutputFormat | None = None) -> OutputFormat:
    """Check that an output can be written, before any work is done for it.

    Args:
        output: The file or folder.
        errors: Where failures are listed, if not beside it.
        format: Its format, where the suffix does not tell.

    Returns:
        Its format.

    Raises:
        ConfigError: Its suffix stands for no format, its folder is not there, or something else is in its place.
        MissingExtraError: Its format needs an extra that is not installed.
    """
    found = format or SUFFIXES.get(output.suffix.lower())
    if found is None:
        raise ConfigError(f"{output}: its name does not tell the format: end it in one of {', '.join(SUFFIXES)}")
    for path in filter(None, (output, errors)):
        if not path.parent.is_dir():
            raise ConfigError(f"{path}: there is no folder {path.parent}")
    if errors is not None and errors.suffix.lower() not in ERROR_SUFFIXES:
        raise ConfigError(f"{errors}: failures are listed in a file that ends in {' or '.join(ERROR_SUFFIXES)}")
    if output.exists() and output.is_dir() != (found is OutputFormat.PARQUET):
        raise ConfigError(f"{output}: there is a {'folder' if output.is_dir() else 'file'} of that name")
    if found is OutputFormat.PARQUET:
        from gxnlp.batch.parquet import require_pyarrow

        require_pyarrow()
    elif found is OutputFormat.DUCKDB:
        from gxnlp.batch.databases import require_duckdb

        require_duckdb()
    return found


def open_writer(path: Path, format: OutputFormat, columns: Sequence[str]) -> Writer:
    """Open the writer of a format.

    Args:
        path: Where to write.
        format: What to write.
        columns: The manifests' columns.
    """
    match format:
        case OutputFormat.PARQUET:
            from gxnlp.batch.parquet import ParquetWriter

            return ParquetWriter(path, columns)
        case OutputFormat.DUCKDB:
            from gxnlp.batch.databases import DuckdbWriter

            return DuckdbWriter(path, columns)
        case OutputFormat.SQLITE:
            from gxnlp.batch.databases import SqliteWriter

            return SqliteWriter(path, columns)
        case OutputFormat.CSV:
            return CsvWriter(path, columns)
        case OutputFormat.JSON:
            return JsonWriter(path)
    return JsonlWriter(path)


class _TextWriter:
    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")

    def fail(self, position: int, failed: Failure) -> None:
        """Text holds records only; failures have a file of their own."""

    def close(self) -> None:
        """Finish the file."""
        with self._file:
            synced(self._file)


class JsonlWriter(_TextWriter):
    """A record a line."""

    def add(self, position: int, line: str) -> None:
        """Write a record."""
        self._file.write(f"{line}\n")


class JsonWriter(_TextWriter):
    """One array of records, indented as `Record.to_json` does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._opening = "[\n"

    def add(self, position: int, line: str) -> None:
        """Write a record."""
        self._file.write(self._opening + Record.model_validate_json(line).to_json())
        self._opening = ",\n"

    def close(self) -> None:
        """Finish the array."""
        self._file.write("[]\n" if self._opening == "[\n" else "\n]\n")
        super().close()


class CsvWriter(_TextWriter):
    """A value a row, as `report.export` has it, with the manifest's columns at the end."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path)
        own = [manifest_column(column) for column in columns]
        self._writer = csv.DictWriter(self._file, [*COLUMNS, *own], lineterminator="\n")
        self._writer.writeheader()

    def add(self, position: int, line: str) -> None:
        """Write the values of a record."""
        record = Record.model_validate_json(line)
        own = {manifest_column(column): value for column, value in (record.manifest or {}).items()}
        self._writer.writerows({**row, **own} for row in csv_rows(record))


class Failures:
    """The list of failures, as CSV or JSONL; use it as a context manager.

    Args:
        path: Where to write for now.
        suffix: ``.csv`` or ``.jsonl``.
        columns: The manifests' columns.

    Attributes:
        count: Failures listed.
    """

    def __init__(self, path: Path, suffix: str, columns: Sequence[str]) -> None:
        self.path, self.count = path, 0
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._rows: csv.DictWriter[str] | None = None
        if suffix.lower() == ".csv":
            names = ["path", "category", "cause", *map(manifest_column, columns)]
            self._rows = csv.DictWriter(self._file, names, lineterminator="\n", extrasaction="ignore")
            self._rows.writeheader()

    def __enter__(self) -> Failures:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            synced(self._file)
        self._file.close()

    def add(self, position: int, failed: Failure) -> None:
        """List a failure."""
        self.count += 1
        if self._rows is None:
            self._file.write(f"{failed.model_dump_json()}\n")
        else:
            self._rows.writerow(failure_row(position, failed))


def put_in_place(written: Path, output: Path) -> None:
    """Let what was written take an output's name, for a file at once.

    Raises:
        OSError: It cannot be moved.
    """
    if written.is_dir() and output.is_dir():
        # A folder cannot replace another: the old one steps aside first, and what is written is not lost in between.
        old = written.with_name("old")
        output.rename(old)
        written.rename(output)
        shutil.rmtree(old, ignore_errors=True)
    else:
        written.replace(output)
    sync_folder(output.parent)
