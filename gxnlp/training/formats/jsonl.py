"""Our stored form: JSON lines of text and figures with offsets and values. It holds everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gxnlp.training.formats.rows import Row, complete, completed, to_json, write_text
from gxnlp.training.standoff import read_jsonl


def read(path: Path) -> list[Row]:
    """Read stand-off narratives; what a figure does not say of its value, the grammar fills in.

    Raises:
        AnnotationError: A line is not JSON, or a span is misaligned.
    """
    return [
        complete(row, f"{path}: record {number} ({row.get('id')})") for number, row in enumerate(read_jsonl(path), 1)
    ]


def write(rows: Sequence[Row], path: Path) -> None:
    """Write stand-off narratives.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    write_text(path, "".join(to_json(row) + "\n" for row in completed(rows, path)))
