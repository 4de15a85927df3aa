"""Reports in Hugging Face datasets: records as columns, and annotated rows for training, there and back."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from gxnlp.batch.extractor import Extractor
from gxnlp.batch.items import Item
from gxnlp.batch.outcomes import Failure
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.errors import AnnotationError, ConfigError, MissingExtraError
from gxnlp.report.build import Draft
from gxnlp.schema import Record

if TYPE_CHECKING:
    from datasets import Dataset, Features

    from gxnlp.training.formats import Row

AnyDataset = TypeVar("AnyDataset")
"""Dataset, IterableDataset, or a dict of either."""

_NARRATIVE = {"id": str, "agency": str, "line": str, "level": str, "year": int, "kind": str, "text": str}
_MARK = {
    "label": str, "text": str, "start": int, "end": int, "value": str, "unit": str, "qualifier": str, "period": str,
    "subject": str, "implied": bool,
}  # fmt: skip
_JOIN = "\n"


def map(
    dataset: AnyDataset,
    *,
    path: str | None = "path",
    content: str | None = None,
    settings: ExtractorSettings | None = None,
    text: bool = False,
    batch_size: int = 32,
    num_proc: int | None = None,
) -> AnyDataset:
    """Add to each row of a dataset the record of the report that it names or holds.

    Added are ``record``, with the fields of `gxnlp.schema.Record` (decimals as strings; ``flatten()`` makes columns of
    them, `to_record` a `Record`), null where the report failed; and ``failure`` with ``category`` and ``cause``, null
    where it did not. With ``text`` also what `narratives` needs: ``source_text``, into which the record's offsets
    lead, and ``prose``, the places in it that were searched for figures.

    Size and pages are limited as the settings say; time and memory are not (`gxnlp.batch.run` limits all four).

    Args:
        dataset: A Dataset, an IterableDataset, or a dict of them.
        path: The column of paths; where there is a content, of names, and may be missing.
        content: The column that holds the reports themselves, as bytes or text.
        settings: How to extract.
        text: Whether to add the text.
        batch_size: Reports that are tagged together.
        num_proc: Processes, where the dataset is not iterable. The model is loaded in each.

    Raises:
        ConfigError: A column is missing or stands in the way.
        ModelError: There is no model in the folder.
    """
    if isinstance(dataset, dict):
        options: dict[str, Any] = {"path": path, "content": content, "settings": settings, "text": text}
        options |= {"batch_size": batch_size, "num_proc": num_proc}
        return type(dataset)({name: map(part, **options) for name, part in dataset.items()})
    settings = settings or ExtractorSettings()
    features: Features | None = dataset.features  # type: ignore[attr-defined]
    if features is not None:
        path = _checked(list(features), path, content, text)
    reports = _Reports(path, content, settings, text)
    arguments: dict[str, Any] = {"batched": True, "batch_size": batch_size}
    if features is not None:
        arguments["features"] = type(features)({**features, **record_features(text=text)})
    if hasattr(dataset, "num_rows"):
        # A path says nothing of what stands there now: only what the dataset itself holds may come from its cache.
        arguments |= {"num_proc": num_proc, "load_from_cache_file": None if content else False}
    mapped: AnyDataset = dataset.map(reports, **arguments)  # type: ignore[attr-defined]
    return mapped


def record_features(*, text: bool = False) -> Features:
    """Return the features of the columns that `map` adds.

    Raises:
        MissingExtraError: The package datasets is not installed.
    """
    datasets = _datasets()
    string = datasets.Value("string")
    features = {
        "record": {name: kind for name, kind in _feature(Record).items() if name != "manifest"},
        "failure": {"category": string, "cause": string},
    }
    if text:
        offset = datasets.Value("int64")
        features |= {"source_text": string, "prose": datasets.List({"start": offset, "end": offset})}
    return datasets.Features(features)


def to_record(row: Mapping[str, Any]) -> Record:
    """Return the record of a row that `map` made.

    Raises:
        ValueError: Its report failed: the message says why.
        pydantic.ValidationError: It is no such row.
    """
    if row["record"] is None:
        raise ValueError(f"{row['failure']['category']}: {row['failure']['cause']}")
    return Record.model_validate(row["record"])


def narratives(dataset: Iterable[Mapping[str, Any]]) -> Dataset:
    """Turn records into narratives annotated with the figures that were found: for people to correct, or as silver.

    A narrative is the prose of one report, without tables and furniture; offsets are into it. Reports that failed, or
    have no prose, give none. `to_rows` and `gxnlp.training.formats.write_rows` carry it to where people annotate.

    Args:
        dataset: What ``map(…, text=True)`` made.

    Returns:
        A Dataset of the stand-off form (`gxnlp.training.standoff`), ``id`` being the report's path or hash.

    Raises:
        ConfigError: The dataset has no text.
        MissingExtraError: The package datasets is not installed.
    """
    return from_rows([row for given in dataset if (row := _narrative(given)) is not None])


def from_rows(rows: Sequence[Row]) -> Dataset:
    """Return annotated narratives (`gxnlp.training.formats.read_rows`) as a Dataset.

    Raises:
        AnnotationError: A row lacks something, or has what the stand-off form does not know.
        MissingExtraError: The package datasets is not installed.
    """
    datasets = _datasets()
    for number, row in enumerate(rows, 1):
        _check_keys(row, {*_NARRATIVE, "figures"}, f"row {number} ({row.get('id')})")
        for figure in row["figures"]:
            _check_keys(figure, set(_MARK), f"row {number} ({row.get('id')}), {figure.get('text')!r}")
    figures = datasets.List({name: _feature(kind) for name, kind in _MARK.items()})
    features = {**{name: _feature(kind) for name, kind in _NARRATIVE.items()}, "figures": figures}
    columns = {name: [row[name] for row in rows] for name in features}
    return datasets.Dataset.from_dict(columns, features=datasets.Features(features))


def to_rows(dataset: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return a dataset of annotated narratives as rows, which `gxnlp.training.formats.write_rows` writes."""
    return [{**row, "figures": [dict(figure) for figure in row["figures"]]} for row in dataset]


class _Reports:
    """What a dataset maps over batches of its rows; the model is loaded where it is first called.

    Settings and the model's hash are part of it, so that what is kept in a cache is found again only by the same.
    """

    def __init__(self, path: str | None, content: str | None, settings: ExtractorSettings, text: bool) -> None:
        self._path, self._content, self._settings, self._text = path, content, settings.model_dump_json(), text
        self._fingerprint = settings.fingerprint()

    def __call__(self, batch: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        extractor = _extractor(self._settings)
        items = [self._item(batch, index) for index in range(len(next(iter(batch.values()))))]
        drafts = [extractor.draft(item) for item in items]
        outcomes = extractor.finish(items, drafts)
        columns: dict[str, list[Any]] = {
            "record": [None if isinstance(o, Failure) else o.model_dump(mode="json") for o in outcomes],
            "failure": [
                {"category": str(o.category), "cause": o.cause} if isinstance(o, Failure) else None for o in outcomes
            ],
        }
        if self._text:
            columns["source_text"] = [d.document.text if isinstance(d, Draft) else None for d in drafts]
            columns["prose"] = [
                [{"start": b.start, "end": b.end} for b in d.to_tag] if isinstance(d, Draft) else [] for d in drafts
            ]
        return {**batch, **columns}

    def _item(self, batch: Mapping[str, list[Any]], index: int) -> Item:
        name = batch[self._path][index] if self._path and self._path in batch else None
        data = batch[self._content][index] if self._content else None
        return Item(index, str(name) if name is not None else "", data=data)


@cache
def _extractor(settings: str) -> Extractor:
    return Extractor(ExtractorSettings.model_validate_json(settings))


def _checked(columns: Sequence[str], path: str | None, content: str | None, text: bool) -> str | None:
    """Check the columns of a dataset, and return that of paths, where there is one."""
    for column in (content, None if content else path):
        if column is not None and column not in columns:
            raise ConfigError(f"the dataset has no column {column!r}; it has {', '.join(columns)}")
    if content is None and path is None:
        raise ConfigError("name the column of paths, or the one that holds the reports")
    added = ("record", "failure", *(("source_text", "prose") if text else ()))
    if clash := [name for name in added if name in columns]:
        raise ConfigError(f"the dataset has a column {clash[0]!r} already: rename it")
    return path if path in columns else None


def _narrative(given: Mapping[str, Any]) -> Row | None:
    if "prose" not in given or "source_text" not in given:
        raise ConfigError("the dataset has no text: map it with text=True")
    if given["record"] is None or not given["prose"]:
        return None
    record, text = to_record(given), given["source_text"]
    parts, shifts, length = [], [], 0
    for place in sorted(given["prose"], key=lambda p: p["start"]):
        parts.append(text[place["start"] : place["end"]])
        shifts.append((place["start"], place["end"], length - place["start"]))
        length += len(parts[-1]) + len(_JOIN)
    figures = []
    for figure in record.figures:
        shift = next((by for start, end, by in shifts if start <= figure.start and figure.end <= end), None)
        if shift is None:
            raise AnnotationError(
                f"{record.source.path}: {figure.text!r} at {figure.start} is not in one piece of prose"
            )
        mark = figure.model_dump(mode="json", include=set(_MARK))
        figures.append({**mark, "start": figure.start + shift, "end": figure.end + shift})
    return {
        "id": record.source.path or record.source.sha256,
        "agency": record.meta.agency or "",
        "line": "",
        "level": "",
        "year": record.meta.year or 0,
        "kind": "whole",
        "text": _JOIN.join(parts),
        "figures": figures,
    }


def _check_keys(given: Mapping[str, Any], known: set[str], where: str) -> None:
    if missing := sorted(known - given.keys()):
        raise AnnotationError(f"{where}: it lacks {', '.join(missing)}")
    if unknown := sorted(given.keys() - known):
        raise AnnotationError(f"{where}: a dataset of narratives has no place for {', '.join(unknown)}")


def _feature(kind: Any) -> Any:
    """Return the feature that holds what a field of a record holds."""
    datasets = _datasets()
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (kind,) = (argument for argument in arguments if argument is not type(None))
        return _feature(kind)
    if origin is Literal or kind is str or (isinstance(kind, type) and issubclass(kind, (StrEnum, Decimal))):
        return datasets.Value("string")  # decimals too: exact
    if origin is tuple:
        return datasets.List(_feature(arguments[0]))
    if origin is dict:
        return datasets.Value("string")
    if hasattr(kind, "__metadata__"):
        return _feature(kind.__origin__)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: _feature(field.annotation) for name, field in kind.model_fields.items()}
    names = {bool: "bool", int: "int64", float: "float64"}
    return datasets.Value(names[kind])


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("datasets of records", "train") from error
    return datasets
