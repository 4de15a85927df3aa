"""A panel as a folder of files, which appears whole or not at all."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxnlp.errors import ConfigError
from gxnlp.panel.panel import Panel
from gxnlp.panel.summary import render_summary
from gxnlp.schema import plain_decimal

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("long", "wide", "versions", "bodies", "coverage", "indicators", "fill", "checks", "issues", "errors")
SUMMARY = "summary.html"
_CHUNK = 100_000


class PanelFormat(StrEnum):
    """What the tables of a panel are written as."""

    BOTH = "both"
    PARQUET = "parquet"
    CSV = "csv"


def check_folder(folder: Path) -> None:
    """Check that a panel can be written to a folder without touching anything that is no panel.

    Raises:
        ConfigError: The folder above is not there, or something else than a panel is in its place.
    """
    if not folder.resolve().parent.is_dir():
        raise ConfigError(f"there is no folder {folder.resolve().parent}")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file; a panel is a folder")
    if folder.is_dir():
        own = {SUMMARY, *(f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet"))}
        if strange := sorted(path.name for path in folder.iterdir() if path.name not in own):
            raise ConfigError(f"{folder} holds what is no panel ({strange[0]}); it will not be replaced")


def write_panel(panel: Panel, folder: str | Path, *, format: PanelFormat = PanelFormat.BOTH) -> None:
    """Write a panel: its tables, and a summary to read (``summary.html``).

    Values are exact in ``long`` (both formats) and in ``wide.csv``; ``wide.parquet`` has 64-bit floats.

    Args:
        panel: The panel.
        folder: Where to; an older panel there is replaced once all is written.
        format: What the tables are written as.

    Raises:
        ConfigError: Something else than a panel is in its place.
        MissingExtraError: matplotlib or jinja2 is not installed.
        OSError: The disk is full, or the like; what stood there stays.
    """
    folder = Path(folder)
    check_folder(folder)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.resolve().parent))
    try:
        written = partial / folder.name
        written.mkdir()
        if format is not PanelFormat.CSV:
            _write_parquet(panel, written)
        if format is not PanelFormat.PARQUET:
            _write_csv(panel, written)
        (written / SUMMARY).write_text(render_summary(panel), "utf-8")
        if folder.exists():
            folder.rename(partial / "old")
        written.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _small(panel: Panel) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the tables that are small, with plain columns."""
    import pandas as pd

    yield "versions", panel.versions
    yield "bodies", panel.bodies
    yield "coverage", panel.coverage.rename(columns=str).reset_index()
    yield "indicators", panel.indicators
    yield "fill", panel.fill.rename(columns=str).reset_index()
    yield "checks", panel.checks
    yield "issues", panel.issues
    errors = [(error.source, error.line, error.cause) for error in panel.errors]
    yield "errors", pd.DataFrame(errors, columns=["records_file", "records_line", "cause"])


def _write_parquet(panel: Panel, folder: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(panel.to_arrow(), folder / "long.parquet", compression="zstd", row_group_size=_CHUNK)
    for name, frame in (("wide", panel.wide().reset_index()), *_small(panel)):
        frame.to_parquet(folder / f"{name}.parquet", compression="zstd", index=False)


def _write_csv(panel: Panel, folder: Path) -> None:
    long = panel.to_arrow()
    # Long panels do not fit into Python objects at once.
    rows = (
        row for batch in long.to_batches(_CHUNK) for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
    )
    _csv(folder / "long.csv", long.column_names, rows)
    for name, frame in (("wide", panel.wide(exact=True).reset_index()), *_small(panel)):
        _csv(folder / f"{name}.csv", [*map(str, frame.columns)], frame.itertuples(index=False, name=None))


def _csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_written(value) for value in row] for row in rows)


def _written(value: Any) -> Any:
    import pandas as pd

    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):  # most values: no need to ask pandas, which is slow
        return value
    return "" if value is None or pd.isna(value) else value
