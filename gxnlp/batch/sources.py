"""What a batch is named by: files, patterns, folders and manifests, turned into items in a fixed order."""

from __future__ import annotations

import csv
import glob
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from gxnlp.batch.items import Item
from gxnlp.errors import ConfigError

SUFFIXES = frozenset(
    (".txt", ".md", ".markdown", ".html", ".htm", ".shtml", ".xhtml", ".pdf", ".docx", ".doc", ".wps", ".ofd", ".rtf")
)
"""What counts as a report in a folder. The last four cannot be read: they are listed as failures, not passed over."""
_PATH_COLUMNS = ("path", "file")


def find_items(sources: Iterable[str | Path]) -> Iterator[Item]:
    """Yield the reports that sources name, in the order given; folders and patterns in the order of their names.

    Args:
        sources: Each a file, a pattern (``reports/**/*.pdf``), a folder (read with all below it, files with a suffix
            of `SUFFIXES`), or a manifest: a ``.csv`` with a column ``path`` or ``file``, relative to the manifest.
            Whatever else a manifest says travels with its report.

    Raises:
        ConfigError: A pattern or folder holds no report, or a manifest cannot be read.
    """
    found = (pair for source in sources for pair in _expanded(source))
    for index, (path, columns) in enumerate(found):
        yield Item(index, path, columns)


def _expanded(source: str | Path) -> Iterator[tuple[str, dict[str, str]]]:
    path = Path(source)
    if path.suffix.lower() == ".csv" and path.is_file():
        yield from _manifest(path)
    elif path.is_dir():
        yield from _some(((name, {}) for name in _walked(path)), f"{source}: there is no report in the folder")
    elif glob.has_magic(str(source)) and not path.exists():
        names = sorted(name for name in glob.iglob(str(source), recursive=True) if not os.path.isdir(name))  # noqa: PTH112, PTH207 - as given, not as Path spells it
        yield from _some(((name, {}) for name in names), f"{source}: no file has such a name")
    else:
        yield str(source), {}


def _some(found: Iterator[tuple[str, dict[str, str]]], complaint: str) -> Iterator[tuple[str, dict[str, str]]]:
    first = next(found, None)
    if first is None:
        raise ConfigError(complaint)
    yield first
    yield from found


def _walked(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            # What Office and editors leave beside an open file is no report.
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith((".", "~$")):
                yield str(Path(parent, name))


def _manifest(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the manifest cannot be read ({error})") from error
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    names = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    column = next((name for name in names if name.lower() in _PATH_COLUMNS), None)
    if column is None:
        known = ", ".join(names) or "none"
        raise ConfigError(f"{path}: a manifest needs a column 'path' (or 'file'); its columns are: {known}")
    for row in rows:
        if "" in row and any(row[""] if isinstance(row[""], list) else [row[""]]) and "" not in names:
            raise ConfigError(f"{path}: line {rows.line_num} has more values than there are columns")
        if not row[column].strip():
            if any(value.strip() for name, value in row.items() if name):
                raise ConfigError(f"{path}: line {rows.line_num} names no file")
            continue
        columns = {name: value for name, value in row.items() if name and name != column}
        yield str(path.parent / row[column].strip()), columns


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")  # as Excel saves a CSV on a Chinese desktop
