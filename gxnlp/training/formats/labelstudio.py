r"""Label Studio's JSON: tasks with annotations, or with predictions for people to correct.

Offsets. Label Studio counts code points, older versions counted UTF-16 code units (its issues #1008 and #1347), and
with ``\r\n`` they went astray (#539). Every region records the characters it covers, so a task is read by whichever way
of counting makes all its regions cover what they record; if none does, that is an error. Where nothing is recorded
(``saveTextResult="no"``) offsets count code points. The recorded characters may lack blanks and line breaks (#1863,
#3078), which are not compared.

What it holds: everything. Id, agency and the like are fields of the task's data. A span with several labels is one
region with several labels (the config needs ``choice="multiple"``). Value, unit, qualifier, period, subject and score
lie by label under ``meta.figures`` of the region, which Label Studio keeps but does not show. When a person moves a
region, the value is computed again from the new span; when a person changes its label, the period becomes the label's
own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from gxnlp.errors import AnnotationError
from gxnlp.figures.labels import load_labels
from gxnlp.training.formats.counting import align
from gxnlp.training.formats.rows import (
    Region,
    Row,
    attributes,
    completed,
    head,
    make_row,
    read_text,
    relabelled,
    write_text,
)

_FROM, _TO = "label", "text"


def labeling_config(labels: Iterable[str] | None = None) -> str:
    """Return the labeling interface (XML) that the tasks written here need.

    Args:
        labels: The labels, default all of ours.
    """
    items = "\n".join(f"    <Label value={quoteattr(label)}/>" for label in labels or load_labels())
    return (
        "<View>\n"
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>\n"  # else blanks and line breaks are not shown
        f'  <Labels name="{_FROM}" toName="{_TO}" choice="multiple">\n{items}\n  </Labels>\n'
        f'  <Text name="{_TO}" value="$text" granularity="symbol"/>\n'
        "</View>\n"
    )


def read(path: Path) -> list[Row]:
    """Read the annotated tasks of a JSON export, or tasks with predictions where there is no annotation.

    Tasks that the annotator skipped are left out. Of several annotations of a task, the ground truth counts.

    Raises:
        AnnotationError: The file is not such an export, a task is not annotated or annotated twice without a ground
            truth, or a region does not cover what it says.
    """
    return list(_read(path, ("annotations", "completions", "predictions")))


def read_predictions(path: Path) -> list[Row]:
    """Read the predictions of tasks, annotated or not.

    Raises:
        AnnotationError: As :func:`read`.
    """
    return list(_read(path, ("predictions",)))


def _read(path: Path, sources: Sequence[str]) -> Iterator[Row]:
    try:
        tasks = json.loads(read_text(path).removeprefix("\ufeff"))
    except ValueError as error:
        raise AnnotationError(f"{path}: not JSON ({error})") from None
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and isinstance(t.get("data"), dict) for t in tasks):
        raise AnnotationError(f"{path}: not a list of Label Studio tasks (export as JSON, not JSON-MIN)")
    for number, task in enumerate(tasks, 1):
        data = task["data"]
        where = f"{path}: task {number} ({data.get('id', task.get('id'))})"
        if not isinstance(data.get("text"), str):
            raise AnnotationError(f"{where}: its data has no `text`, only {', '.join(map(str, data)) or 'nothing'}")
        results = _results(task, sources, where)
        if results is None:
            continue
        try:
            regions = list(_regions(data["text"], results, where))
        except (KeyError, TypeError, AttributeError) as error:
            raise AnnotationError(f"{where}: a region is malformed ({error!r})") from error
        yield make_row(data["text"], regions, {"id": str(task.get("id", number)), **data}, where)


def _results(task: Mapping[str, Any], sources: Sequence[str], where: str) -> list[Any] | None:
    """Return the regions of the annotation that counts, None where the annotator skipped the task."""
    found = next((task[source] for source in sources if task.get(source)), None)
    if not found:
        raise AnnotationError(f"{where}: not annotated")
    kept = [a for a in found if not a.get("was_cancelled")]
    if not kept:
        return None
    if len(kept) > 1:
        kept = [a for a in kept if a.get("ground_truth")]
        if len(kept) != 1:
            raise AnnotationError(f"{where}: {len(found)} annotations, {len(kept)} of them ground truth: choose one")
    return list(kept[0]["result"])


def _regions(text: str, results: Sequence[Mapping[str, Any]], where: str) -> Iterator[Region]:
    """Yield the labelled spans; relations, choices and comments are no spans."""
    for result in results:
        if result["type"] == "hypertextlabels":
            raise AnnotationError(f"{where}: regions of HyperText have no offsets into the text: annotate as Text")
    spans = [result for result in results if result["type"] == "labels"]
    values = [result["value"] for result in spans]
    places = align(text, [(v["start"], v["end"], v.get("text")) for v in values], where)
    for result, value, (start, end) in zip(spans, values, places, strict=True):
        if not value["labels"]:
            raise AnnotationError(f"{where}: no label on {text[start:end]!r} at {start}")
        meta = (result.get("meta") or {}).get("figures", {})
        for label in value["labels"]:
            given = meta.get(label)
            if given is None and meta:
                given = relabelled(next(iter(meta.values())))
            if given is None and "score" in result:
                given = {"score": result["score"]}
            yield Region(start, end, label, given or {})


def write(rows: Sequence[Row], path: Path) -> None:
    """Write tasks with one annotation each.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    tasks = [{**_task(row), "annotations": [{"result": _result(row, "manual")}]} for row in completed(rows, path)]
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")


def write_predictions(rows: Sequence[Row], path: Path) -> None:
    """Write tasks with one prediction each, for people to correct; its score is that of its least certain figure.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    tasks = []
    for row in completed(rows, path):
        prediction: dict[str, Any] = {"model_version": "gxnlp", "result": _result(row, "prediction")}
        if scores := [figure["score"] for figure in row["figures"] if "score" in figure]:
            prediction["score"] = min(scores)
        tasks.append({**_task(row), "predictions": [prediction]})
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")


def _task(row: Row) -> dict[str, Any]:
    return {"data": {"text": row["text"], **head(row)}}


def _result(row: Row, origin: str) -> list[dict[str, Any]]:
    results = []
    for (start, end), group in groupby(row["figures"], key=lambda f: (f["start"], f["end"])):
        figures = list(group)
        covered = row["text"][start:end]
        region: dict[str, Any] = {
            "id": f"{start}-{end}",
            "from_name": _FROM,
            "to_name": _TO,
            "type": "labels",
            "origin": origin,
            "value": {"start": start, "end": end, "text": covered, "labels": [f["label"] for f in figures]},
            "meta": {"figures": {f["label"]: {"text": covered, **attributes(f)} for f in figures}},
        }
        if scores := [f["score"] for f in figures if "score" in f]:
            region["score"] = min(scores)
        results.append(region)
    return results
