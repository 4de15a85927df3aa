"""Annotated reports as ``datasets``: reading any format, and holding bodies out."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict, Features, Value, load_from_disk

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import guess_format, is_saved_dataset, read_rows
from gxnlp.training.formats.rows import Row, complete

TRAIN, HELD_OUT = "train", "held_out"
_HELD_OUT_NAMES = (HELD_OUT, "validation", "dev", "test")

_TEXTS = ("id", "agency", "line", "level", "kind", "text")
_FIGURE = {
    **{name: Value("string") for name in ("label", "text", "value", "unit", "qualifier", "period", "subject")},
    "start": Value("int64"),
    "end": Value("int64"),
    "implied": Value("bool"),
}
FEATURES = Features({**{name: Value("string") for name in _TEXTS}, "year": Value("int32"), "figures": [_FIGURE]})
"""The columns of our stand-off form, as ``datasets`` stores them; values are exact decimals as strings."""


def as_dataset(rows: Iterable[Row]) -> Dataset:
    """Return rows of the stand-off form as a dataset; what is not among :data:`FEATURES` is left behind."""
    kept = [
        {**{key: row[key] for key in FEATURES if key != "figures"},
         "figures": [{key: figure[key] for key in _FIGURE} for figure in row["figures"]]}
        for row in rows
    ]  # fmt: skip
    columns = {key: [row[key] for row in kept] for key in FEATURES}
    return Dataset.from_dict(columns, features=FEATURES)


def read_annotated(path: str | Path, name: str | None = None) -> DatasetDict:
    """Read annotated reports of any format.

    Args:
        path: A file or folder of annotations, or a folder that ``datasets`` has saved.
        name: The format, where the path does not tell. Files in ``.jsonl`` tell by their first record.

    Returns:
        ``train``, and ``held_out`` where a saved ``DatasetDict`` has it (or ``validation``, ``dev``, ``test``).

    Raises:
        AnnotationError: There is no such file, it is not of the format, or a span is misaligned.
        ConfigError: The format cannot be told.
    """
    path = Path(path)
    if name is None and is_saved_dataset(path):
        return _read_saved(path)
    return DatasetDict({TRAIN: as_dataset(read_rows(path, name or guess_format(path)))})


def _read_saved(path: Path) -> DatasetDict:
    try:
        saved = load_from_disk(str(path))
    except (OSError, ValueError, KeyError) as error:
        raise AnnotationError(f"{path}: not a saved dataset ({error})") from error
    parts = dict(saved) if isinstance(saved, DatasetDict) else {TRAIN: saved}
    if TRAIN not in parts:
        raise AnnotationError(f"{path}: no split {TRAIN!r}, only {', '.join(parts)}")
    held_out = next((name for name in _HELD_OUT_NAMES if name in parts), None)
    chosen = {TRAIN: parts[TRAIN], **({HELD_OUT: parts[held_out]} if held_out else {})}
    return DatasetDict({name: as_dataset(_checked(part, f"{path}/{name}")) for name, part in chosen.items()})


def _checked(part: Dataset, where: str) -> list[Row]:
    return [complete(row, f"{where}: record {number} ({row.get('id')})") for number, row in enumerate(part, 1)]


def body_of(row: Row) -> str:
    """Return the body that a narrative is of; one that names none is taken for its own."""
    return str(row.get("agency") or row["id"])


def hold_out_bodies(rows: Sequence[Row], share: float, seed: int = 1) -> tuple[list[Row], list[Row]]:
    """Part narratives by body: training and held-out ones, no body on both sides.

    Args:
        rows: Narratives.
        share: Least share of the figures to hold out; at least one body stays on either side.
        seed: Another seed holds other bodies out.

    Raises:
        AnnotationError: All narratives are of one body.
    """
    figures: Counter[str] = Counter()
    for row in rows:
        figures[body_of(row)] += len(row["figures"])
    if len(figures) < 2:
        raise AnnotationError(
            f"all {len(rows)} reports are of one body ({next(iter(figures), 'none')}), so that none can be held out: "
            "name the body of each (agency), add reports of others, or give a file of held-out reports"
        )
    # By a hash, so that the choice hangs neither on the order of the files nor on other bodies.
    order = sorted(figures, key=lambda body: hashlib.sha256(f"{seed} {body}".encode()).hexdigest())
    chosen: set[str] = set()
    for body in order[:-1]:
        if chosen and sum(figures[b] for b in chosen) >= share * figures.total():
            break
        chosen.add(body)
    return [r for r in rows if body_of(r) not in chosen], [r for r in rows if body_of(r) in chosen]


def load_data(
    paths: Sequence[Path], *, held_out: Sequence[Path] = (), name: str | None = None, share: float = 0.2, seed: int = 1
) -> DatasetDict:
    """Read annotated reports and see to it that some are held out.

    Args:
        paths: What to train on.
        held_out: What to stop and score by. Without, a saved dataset's own split is taken; without that, bodies are
            held out.
        name: The format of all, where paths do not tell.
        share: Least share of the figures to hold out.
        seed: Chooses the bodies held out.

    Returns:
        ``train`` and ``held_out``, neither empty.

    Raises:
        AnnotationError: A file is not of its format, a span is misaligned, there is no figure to learn from, a text
            stands on both sides, or all are of one body.
        ConfigError: A format cannot be told.
    """
    parts: dict[str, list[Row]] = defaultdict(list)
    for path in paths:
        for side, part in read_annotated(path, name).items():
            parts[side] += part.to_list()
    if held_out:
        parts[HELD_OUT] = [row for path in held_out for row in read_annotated(path, name)[TRAIN].to_list()]
    told = ", ".join(map(str, paths))
    if not any(row["figures"] for row in parts[TRAIN]):
        raise AnnotationError(f"{told}: no figure is annotated")
    if not parts[HELD_OUT]:
        parts[TRAIN], parts[HELD_OUT] = hold_out_bodies(parts[TRAIN], share, seed)
        if not any(row["figures"] for row in parts[TRAIN]):
            raise AnnotationError(f"{told}: one body has all the figures, so that nothing is left to hold out")
    if not any(row["figures"] for row in parts[HELD_OUT]):
        raise AnnotationError(f"{told}: no figure is annotated in the reports held out")
    known = {row["text"]: row["id"] for row in parts[TRAIN]}
    for row in parts[HELD_OUT]:
        if row["text"] in known:
            raise AnnotationError(f"{row['id']} is held out, and has the same text as {known[row['text']]}")
    return DatasetDict({side: as_dataset(parts[side]) for side in (TRAIN, HELD_OUT)})


def shared_bodies(data: DatasetDict) -> list[str]:
    """Return the bodies that stand on both sides, which only sides that a person has chosen can have."""
    sides = [{row["agency"] for row in data[side].select_columns("agency")} - {""} for side in (TRAIN, HELD_OUT)]
    return sorted(sides[0] & sides[1])


def draw_replay(corpus: Sequence[Row], figures: int, without: Iterable[str], seed: int) -> list[Row]:
    """Draw narratives at random until they hold so many figures, none of the bodies named."""
    barred = set(without)
    pool = [row for row in corpus if body_of(row) not in barred]
    random.Random(seed).shuffle(pool)  # noqa: S311 - a draw, not a secret
    drawn: list[Row] = []
    count = 0
    for row in pool:
        if count >= figures:
            break
        drawn.append(row)
        count += len(row["figures"])
    return drawn


def digest(dataset: Dataset) -> str:
    """Return the SHA-256 of what a dataset holds, whatever file it came from."""
    total = hashlib.sha256()
    row: dict[str, Any]
    for row in dataset:
        total.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    return total.hexdigest()
