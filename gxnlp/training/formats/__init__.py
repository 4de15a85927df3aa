"""Formats of annotated narratives, a module each; all read into and write from rows of our stand-off form.

>>> sorted(FORMATS)[:4]
['brat', 'conll', 'docbin', 'doccano']
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gxnlp.errors import AnnotationError, ConfigError
from gxnlp.training.formats import brat, conll, docbin, doccano, inline, jsonl, labelstudio
from gxnlp.training.formats.rows import Row

__all__ = ["FORMATS", "Format", "Row", "find_format", "guess_format", "is_saved_dataset", "read_rows", "write_rows"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: What it is called on the command line.
        title: What it is, in a line.
        suffixes: File suffixes that it, and no other format, is known by.
        read: Reads a file or folder into rows.
        write: Writes rows to a file or folder.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], list[Row]]
    write: Callable[[Sequence[Row], Path], None]


FORMATS = {
    form.name: form
    for form in (
        Format("jsonl", "our stored form", (), jsonl.read, jsonl.write),
        Format("inline", "our authoring format", (".txt",), inline.read, inline.write),
        Format("labelstudio", "Label Studio tasks, annotated", (".json",), labelstudio.read, labelstudio.write),
        Format(
            "labelstudio-predictions", "Label Studio tasks with predictions to correct", (),
            labelstudio.read_predictions, labelstudio.write_predictions,
        ),
        Format("doccano", "doccano, offsets as doccano counts (UTF-16)", (), doccano.read, doccano.write),
        Format(
            "doccano-characters", "the same, offsets in code points", (),
            doccano.read_characters, doccano.write_characters,
        ),
        Format("brat", "brat standoff, a folder", (), brat.read, brat.write),
        Format("conll", "CoNLL by character, BIO", (".conll", ".bio"), conll.read, conll.write),
        Format("docbin", "spaCy DocBin", (".spacy",), docbin.read, docbin.write),
    )
}  # fmt: skip
"""All formats by name."""


def find_format(path: Path, name: str | None = None) -> Format:
    """Return a format by name or, without one, by the suffix of a path.

    Raises:
        ConfigError: There is no such format, or the suffix stands for none or several (``.jsonl``).
    """
    if name is not None:
        if name in FORMATS:
            return FORMATS[name]
        near = difflib.get_close_matches(name, FORMATS, n=1)
        raise ConfigError(f"no format {name!r}" + (f", perhaps {near[0]}" if near else f": {', '.join(FORMATS)}"))
    for form in FORMATS.values():
        if path.suffix.lower() in form.suffixes:
            return form
    raise ConfigError(f"{path}: its name does not tell the format: name one of {', '.join(FORMATS)}")


def guess_format(path: Path) -> str:
    """Return the name of the format of a file or folder, by its suffix or what stands in it.

    Raises:
        ConfigError: It cannot be told.
        AnnotationError: The file cannot be read.
    """
    if path.is_dir():
        return "brat" if any(path.glob("*.ann")) else "inline"
    if path.suffix.lower() != ".jsonl":
        return find_format(path).name
    try:
        with path.open(encoding="utf-8") as file:
            first = next((line for line in file if line.strip()), "{}")
        keys = json.loads(first).keys()
    except OSError as error:
        raise AnnotationError(f"{path}: {error.strerror or error}") from error
    except (ValueError, AttributeError) as error:
        raise AnnotationError(f"{path}: its first line is no JSON object ({error})") from error
    return "jsonl" if "figures" in keys else "doccano"


def is_saved_dataset(path: Path) -> bool:
    """Return whether a folder is one that ``datasets`` has saved."""
    return any((path / name).is_file() for name in ("dataset_dict.json", "dataset_info.json"))


def read_rows(path: str | Path, name: str | None = None) -> list[Row]:
    """Read annotated narratives.

    Args:
        path: A file, or the folder that brat and our authoring format may be.
        name: The format, default by the suffix.

    Raises:
        ConfigError: The format is not known.
        AnnotationError: There is no such file, or it is not of the format, or a span is misaligned.
    """
    path = Path(path)
    form = find_format(path, name)
    try:
        return form.read(path)
    except OSError as error:
        raise AnnotationError(f"{path}: {error.strerror or error}") from error


def write_rows(rows: Sequence[Row], path: str | Path, name: str | None = None) -> None:
    """Write annotated narratives: all of them, or nothing where one does not fit the format.

    Raises:
        ConfigError: The format is not known.
        AnnotationError: A span is misaligned or has no value, or the format cannot hold a row, or the file cannot be
            written.
    """
    path = Path(path)
    form = find_format(path, name)
    try:
        form.write(rows, path)
    except OSError as error:
        raise AnnotationError(f"{path}: {error.strerror or error}") from error
