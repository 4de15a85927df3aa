import json

import pytest
from annotated import TEXT, narrative, place

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows
from gxnlp.training.formats.counting import Counting, unit_offsets
from gxnlp.training.formats.labelstudio import labeling_config
from gxnlp.training.formats.rows import Region, make_row


def task(text, *results, **more):
    return {"id": 7, "data": {"text": text}, "annotations": [{"result": list(results)}], **more}


def region(start, end, text, *labels, **more):
    value = {"start": start, "end": end, "labels": list(labels)} | ({} if text is None else {"text": text})
    return {"id": "r", "from_name": "l", "to_name": "t", "type": "labels", "value": value, **more}


def read_tasks(tmp_path, *tasks, name="labelstudio"):
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(list(tasks)), "utf-8")
    return read_rows(path, name)


def test_label_studio_gets_code_points_and_one_region_a_span(tmp_path):
    write_rows([narrative()], tmp_path / "out.json")
    [written] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    results = written["annotations"][0]["result"]
    assert [r["value"]["labels"] for r in results][2] == ["reviews", "lawsuits"]
    for result in results:
        value = result["value"]
        assert written["data"]["text"][value["start"] : value["end"]] == value["text"]
    assert results[1]["meta"]["figures"]["items_channel"]["period"] == "2019"
    assert written["data"]["agency"] == "吉安镇"
    assert 'choice="multiple"' in labeling_config()
    assert '<Label value="items_total"/>' in labeling_config()


@pytest.mark.issue("label-studio #539, #1347")
@pytest.mark.parametrize("counting", Counting)
def test_label_studio_offsets_are_read_however_they_count(tmp_path, counting):
    offsets = unit_offsets(TEXT, counting)
    spans = [place(TEXT, part) for part in ("２９ 条", "12条", "1.5万件")]
    found = read_tasks(
        tmp_path, task(TEXT, *(region(offsets[s], offsets[e], TEXT[s:e].replace(" ", ""), "other") for s, e in spans))
    )
    assert [(f["start"], f["end"]) for f in found[0]["figures"]] == spans


@pytest.mark.issue("label-studio #539")
def test_label_studio_regions_that_cover_other_text_are_an_error(tmp_path):
    text = TEXT.replace("\r", "")
    start, end = place(text, "12条")
    with pytest.raises(AnnotationError, match=r"tasks.json: task 1 \(7\): span .* covers '站12', not '12条'"):
        read_tasks(tmp_path, task(text, region(start - 1, end - 1, "12条", "other")))
    with pytest.raises(AnnotationError, match="lies outside the text of"):
        read_tasks(tmp_path, task(text, region(900, 903, "12条", "other")))


def test_label_studio_without_recorded_text_counts_code_points(tmp_path):
    start, end = place(TEXT, "12条")
    [row] = read_tasks(tmp_path, task(TEXT, region(start, end, None, "other")))
    assert row["figures"][0]["text"] == "12条"


def test_what_a_person_moves_or_relabels_is_valued_anew(tmp_path):
    kept = {"text": "12条", "value": "12", "unit": "条", "period": "cumulative", "subject": "网站"}
    meta = {"figures": {"items_cumulative": kept}}
    moved = region(6, 8, "3条", "items_cumulative", meta=meta)
    relabelled = region(1, 4, "12条", "items_total", meta=meta)
    first, second = read_tasks(tmp_path, task("共12条，另3条", moved), task("共12条", relabelled))
    assert [first["figures"][0][k] for k in ("value", "period", "subject")] == ["3", "cumulative", "网站"]
    assert [second["figures"][0][k] for k in ("value", "period", "subject")] == ["12", "year", "网站"]


def test_label_studio_annotations_come_before_predictions(tmp_path):
    predicted = {"predictions": [{"result": [region(1, 4, "12条", "items_total", score=0.25)]}]}
    both = task("共12条", region(1, 4, "12条", "other"), **predicted)
    only = {**both, "annotations": []}
    assert [r["figures"][0]["label"] for r in read_tasks(tmp_path, both, only)] == ["other", "items_total"]
    [row] = read_tasks(tmp_path, both, name="labelstudio-predictions")
    assert (row["figures"][0]["label"], row["figures"][0]["score"]) == ("items_total", 0.25)


def test_predictions_are_scored_by_the_least_certain_figure(tmp_path):
    row = make_row(
        "一2条二3条", [Region(1, 3, "other", {"score": 0.5}), Region(4, 6, "other", {"score": 0.9})], {}, "x"
    )
    write_rows([row], tmp_path / "out.json", "labelstudio-predictions")
    [written] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert written["predictions"][0]["score"] == 0.5
    assert "annotations" not in written


def test_which_annotation_counts(tmp_path):
    one = {"result": [region(1, 4, "12条", "other")]}
    two = {"result": [region(1, 4, "12条", "items_total")], "ground_truth": True}
    skipped = {**one, "was_cancelled": True}
    data = {"data": {"text": "共12条"}}
    assert read_tasks(tmp_path, {**data, "annotations": [one, two]})[0]["figures"][0]["label"] == "items_total"
    assert read_tasks(tmp_path, {**data, "annotations": [one, skipped]})[0]["figures"][0]["label"] == "other"
    assert read_tasks(tmp_path, {**data, "annotations": [skipped]}) == []
    with pytest.raises(AnnotationError, match="2 annotations, 0 of them ground truth"):
        read_tasks(tmp_path, {**data, "annotations": [one, one]})
    with pytest.raises(AnnotationError, match="not annotated"):
        read_tasks(tmp_path, data)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("{", "not JSON"),
        ('[{"text": "a", "label": []}]', "not a list of Label Studio tasks"),
        ('[{"data": {"body": "a"}, "annotations": []}]', "has no `text`, only body"),
        ('[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "labels", "value": {}}]}]}]', "malformed"),
        ('[{"data": {"text": "a"}, "annotations": [{"result": [{"type": "hypertextlabels"}]}]}]', "HyperText"),
    ],
)
def test_other_json_is_an_error(tmp_path, content, cause):
    path = tmp_path / "tasks.json"
    path.write_text(content, "utf-8")
    with pytest.raises(AnnotationError, match=cause):
        read_rows(path)
