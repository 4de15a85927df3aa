import json

import pytest
from annotated import narrative, write_lines

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows


def test_doccano_counts_utf16(tmp_path):
    path = tmp_path / "out.jsonl"
    write_rows([narrative()], path, "doccano")
    written = json.loads(path.read_text("utf-8"))
    units = written["text"].encode("utf-16-le")
    covered = [units[2 * start : 2 * end].decode("utf-16-le") for start, end, _ in written["label"]]
    assert covered == ["２９ 条", "12条", "没有", "没有", "1.5万件"]


@pytest.mark.parametrize(
    "spans",
    [
        {"label": [[2, 5, "items_total"]]},
        {"labels": [[2, 5, "items_total"]]},
        {"entities": [[2, 5, "items_total"]]},
        {"entities": [{"id": 1, "label": "items_total", "start_offset": 2, "end_offset": 5}], "relations": []},
        {"label": [{"label": "items_total", "start_offset": 2, "end_offset": 5}], "Comments": []},
    ],
)
def test_forms_of_doccano(tmp_path, spans):
    path = write_lines(tmp_path / "in.jsonl", {"id": 4, "text": "公开29条", "agency": "某局", **spans})
    [row] = read_rows(path, "doccano")
    assert (row["id"], row["agency"]) == (4, "某局")
    assert [(f["text"], f["label"], f["value"]) for f in row["figures"]] == [("29条", "items_total", "29")]
    assert "relations" not in row


def test_doccano_spans_that_a_person_adds_or_removes(tmp_path):
    path = tmp_path / "out.jsonl"
    write_rows([narrative()], path, "doccano")
    record = json.loads(path.read_text("utf-8"))
    record["label"] = [record["label"][1], [*record["label"][0][:2], "items_category"]]
    [row] = read_rows(write_lines(path, record), "doccano")
    assert [(f["label"], f["value"], f["period"], f["subject"]) for f in row["figures"]] == [
        ("items_category", "29", "year", None),
        ("items_channel", "12", "2019", "网站"),
    ]


@pytest.mark.parametrize(
    ("record", "cause"),
    [
        ({"text": "😀29条", "label": [[1, 5, "other"]]}, r"in.jsonl:1 \(in-1\): offset 1 splits a character"),
        ({"text": "公开29条", "label": [[2, 9, "other"]]}, "offset 9 lies outside the text of 5"),
        ({"text": "公开29条", "label": [[2.5, 5, "other"]]}, "not a whole number"),
        ({"text": "公开29条", "label": [[2, 5]]}, "not a doccano record"),
        ({"text": "公开29条"}, "a record needs"),
        ({"label": []}, "a record needs"),
    ],
)
def test_misaligned_spans_of_doccano(tmp_path, record, cause):
    with pytest.raises(AnnotationError, match=cause):
        read_rows(write_lines(tmp_path / "in.jsonl", record), "doccano")


def test_doccano_read_in_the_wrong_count_is_an_error(tmp_path):
    write_rows([narrative()], tmp_path / "out.jsonl", "doccano")
    with pytest.raises(AnnotationError, match=r"out\.jsonl:1 "):
        read_rows(tmp_path / "out.jsonl", "doccano-characters")
