import json
from pathlib import Path

import pytest

from gxnlp.errors import ReadError
from gxnlp.figures.tagger import default_tagger
from gxnlp.reading import read
from gxnlp.training.annotate import Certainty, annotate_document, annotate_reports, without_unwritable_subjects
from gxnlp.training.formats import read_rows, write_rows

SAMPLES = [Path("samples") / name for name in ("2021-district.txt", "2014-county.docx", "2019-bureau.html")]


@pytest.fixture(scope="module")
def rows():
    return annotate_reports(default_tagger(), SAMPLES)


def test_the_prose_of_whole_reports_is_annotated_without_their_tables(rows):
    for row in rows:
        assert len(row["figures"]) >= 10
        assert row["agency"]
        assert row["year"] > 2000
        assert "本年处理决定数量" not in row["text"]
        for figure in row["figures"]:
            assert row["text"][figure["start"] : figure["end"]] == figure["text"]
            assert 0 < figure["score"] <= 1


def test_the_least_certain_report_comes_first(rows):
    order = [row["certainty"] for row in rows]
    assert order == sorted(order)
    lowest = annotate_reports(default_tagger(), SAMPLES, certainty=Certainty.LOWEST)
    assert [row["certainty"] for row in lowest] == sorted(row["certainty"] for row in lowest)
    by_name = {row["id"]: row["certainty"] for row in rows}
    assert all(row["certainty"] <= by_name[row["id"]] for row in lowest)


def test_a_report_without_candidates_leaves_no_doubt():
    row = annotate_document(default_tagger(), read("本机关认真推进政府信息公开工作。".encode()), "a")
    assert (row["figures"], row["certainty"]) == ([], 1.0)


@pytest.mark.parametrize("name", ["labelstudio-predictions", "doccano", "inline"])
def test_what_is_written_comes_back(rows, name, tmp_path):
    written = without_unwritable_subjects(rows) if name == "inline" else rows
    write_rows(written, tmp_path / "file", name)
    back = read_rows(tmp_path / "file", name)
    keys = ("label", "start", "end", "value", "period", "subject")
    for row, other in zip(written, back, strict=True):
        assert (other["id"], other["agency"], other["text"]) == (row["id"], row["agency"], row["text"])
        assert [[f[k] for k in keys] for f in other["figures"]] == [[f[k] for k in keys] for f in row["figures"]]


def test_subjects_that_marks_cannot_hold_are_dropped_alone():
    row = {"id": "a", "figures": [{"subject": "网站[一]"}, {"subject": "网站"}, {"subject": None}]}
    (kept,) = without_unwritable_subjects([row])
    assert [f["subject"] for f in kept["figures"]] == [None, "网站", None]


def test_reports_of_one_name_are_told_apart_and_unreadable_ones_set_aside(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r.txt").write_text("全年公开信息3条。", "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    paths = [tmp_path / "a" / "r.txt", tmp_path / "b" / "r.txt", tmp_path / "empty.txt"]
    failures = []
    found = annotate_reports(default_tagger(), paths, failed=failures.append)
    assert [row["id"] for row in found] == [str(paths[0]), str(paths[1])]
    assert [error.category for error in failures] == ["empty"]
    with pytest.raises(ReadError):
        annotate_reports(default_tagger(), paths)


def test_the_command(tmp_path, capsys):
    from gxnlp.cli import app

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            app(list(map(str, arguments)))
        return stop.value.code

    tasks, interface = tmp_path / "tasks.json", tmp_path / "interface.xml"
    given = ["annotate", *SAMPLES, "--to", "labelstudio", "-o", tasks, "--most", 2, "--interface", interface]
    assert run(*given) == 0
    assert "2 reports" in capsys.readouterr().err
    first, second = json.loads(tasks.read_text("utf-8"))
    assert first["data"]["certainty"] <= second["data"]["certainty"]
    assert '<Label value="items_total"/>' in interface.read_text("utf-8")
    assert run("convert", tasks, tmp_path / "back.txt") == 0
    assert [row["id"] for row in read_rows(tmp_path / "back.txt")] == [first["data"]["id"], second["data"]["id"]]
    (tmp_path / "empty.txt").write_bytes(b"")
    assert run("annotate", SAMPLES[0], tmp_path / "empty.txt", "--to", "doccano", "-o", tmp_path / "d.jsonl") == 1
    assert len(read_rows(tmp_path / "d.jsonl", "doccano")) == 1
    assert run("annotate", SAMPLES[0], "--to", "doccano", "-o", SAMPLES[0]) == 2
