"""Files of records, read a line at a time; a line that is none is set aside and the rest goes on."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gxnlp.errors import ReadError, RecordError
from gxnlp.schema import Record

_FAILURE = b'{"failure":'
"""How a batch's own shards mark a report that gave no record."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and where it stands.

    Attributes:
        record: The record.
        file: The file that holds it, empty for a record that comes from none.
        line: Its line in the file, or its position among the records given, from 1.
        digest: A checksum of its content, by which the order of records cannot matter.
    """

    record: Record
    file: str
    line: int
    digest: int


def read_entries(paths: Iterable[str | Path]) -> Iterator[Entry | RecordError]:
    """Yield the records of files as ``gxnlp extract -o records.jsonl`` writes them, one at a time.

    Args:
        paths: JSONL files; blank lines are passed over.

    Returns:
        An entry for each record, an error (yielded, not raised) for each line that is none.

    Raises:
        ReadError: A file cannot be opened or read.
    """
    for path in map(Path, paths):
        if path.is_dir():
            raise ReadError(
                path, "it is a folder; the panel is built from JSONL (gxnlp extract -o OUT.jsonl)", "corrupt"
            )
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield _entry(str(path), number, line)
        except FileNotFoundError as error:
            raise ReadError(path, "there is no such file", "not_found") from error
        except OSError as error:
            raise ReadError(path, f"it cannot be read: {error.strerror or error}", "corrupt") from error


def entries_of(records: Iterable[Record]) -> Iterator[Entry]:
    """Yield records at hand as entries."""
    for number, record in enumerate(records, start=1):
        yield Entry(record, "", number, zlib.crc32(record.to_json(indent=None).encode()))


def _entry(path: str, number: int, line: bytes) -> Entry | RecordError:
    if line.startswith(_FAILURE):
        return RecordError(path, number, "it is the failure of a report, not a record")
    try:
        record = Record.model_validate_json(line)
    except ValidationError as error:
        return RecordError(path, number, _cause(error))
    return Entry(record, path, number, zlib.crc32(line.strip()))


def _cause(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {first['msg']}{more}" if place else f"{first['msg']}{more}"
