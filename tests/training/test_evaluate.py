import json

import pytest
from lxml import html

from gxnlp.errors import AnnotationError
from gxnlp.training.evaluate import Evaluation, load_narratives, main
from gxnlp.training.formats import write_rows
from gxnlp.training.formats.rows import Region, make_row


def figure(label, start, end, value, **more):
    return {"label": label, "start": start, "end": end, "value": value, "period": "year", "qualifier": "exact",
            "subject": None, **more}  # fmt: skip


TEXT = "全年公开信息29条，<b>网站</b>12条，\n没有复议。"


@pytest.fixture
def evaluation():
    found = Evaluation()
    gold = [
        figure("items_total", 6, 9, "29", subject="信息"),
        figure("items_channel", 19, 22, "12"),
        figure("reviews", 24, 26, "0"),
        figure("requests_received", 2, 4, "5"),
    ]
    said = [
        figure("items_total", 6, 9, "29", score=0.95, subject="公开"),
        figure("items_category", 19, 22, "12", score=0.75),
        figure("reviews", 24, 26, "0", score=0.9, period="cumulative"),
        figure("fees", 26, 28, "0", score=0.55),
    ]
    found.add("甲<1>", TEXT, gold, said)
    found.lenient = [(0.95, True), (0.9, True), (0.75, False), (0.55, False), (0.1, True)]
    return found


def test_attributes_are_judged_on_figures_whose_label_and_span_are_right(evaluation):
    assert evaluation.accuracy("period") == 0.5
    assert evaluation.accuracy("qualifier") == 1.0
    assert evaluation.accuracy("subject") == 0.5
    assert Evaluation().accuracy("period") == 0


def test_json_holds_scores_confusions_calibration_and_errors(evaluation):
    found = json.loads(json.dumps(evaluation.as_dict()))
    assert found["scores"]["label and value"] == {
        "f1": 0.5, "precision": 0.5, "recall": 0.5, "right": 2, "predicted": 4, "gold": 4,
    }  # fmt: skip
    assert found["folded"]["label and value"]["right"] == 3
    assert found["by_label"]["items_channel"]["recall"] == 0
    assert {"gold": "items_channel", "predicted": "items_category", "count": 1} in found["confusion"]
    assert found["calibration"]["error"] == pytest.approx((abs(0.925 - 1) * 2 + 0.75 + 0.55) / 4, abs=1e-4)
    assert [point["recall"] for point in found["calibration"]["curve"]] == [0.25, 0.5, 0.5, 0.5, 0.75]
    assert [(e["gold"], e["predicted"], e["text"]) for e in found["errors"]] == [
        ("requests_received", "-", TEXT[2:4]), ("items_channel", "items_category", "12条"), ("-", "fees", TEXT[26:28]),
    ]  # fmt: skip


def test_the_matrix_counts_what_was_read_right_on_its_diagonal(evaluation):
    names, counts = evaluation.matrix()
    assert set(names) == {"items_channel", "items_category", "requests_received", "fees", "-"}
    assert counts[names.index("items_channel")][names.index("items_category")] == 1
    assert sum(map(sum, counts)) == 3
    evaluation.agreed["items_channel"] = 7
    assert evaluation.matrix()[1][names.index("items_channel")][names.index("items_channel")] == 7


def test_labels_stand_in_their_own_order(evaluation):
    assert list(evaluation.by_label) == [
        "items_total", "items_category", "items_channel", "requests_received", "reviews", "fees",
    ]  # fmt: skip


def test_the_page_shows_all_of_it_and_lets_nothing_through(evaluation):
    pytest.importorskip("matplotlib", reason="needs the train extra")
    from gxnlp.training.evaluation_page import render_evaluation

    page = render_evaluation(evaluation, model="<script>模型</script>", data="a&b.json")
    assert "<script" not in page
    tree = html.fromstring(page)
    assert tree.findtext(".//h1") == "<script>模型</script>"
    assert [mark.text for mark in tree.iter("mark")] == [error.text for error in evaluation.errors]
    assert "<b>网站</b>" in tree.xpath("string(//table[@class='errors'])")
    assert len(tree.xpath("//*[name()='svg']")) == 2
    assert "0.362" in tree.xpath("string(//p[contains(., 'calibration')])")
    rows = {row[0].text: row[1].text for row in tree.xpath("(//table)[1]//tbody/tr")}
    assert rows["label and value"] == "0.500"
    assert rows["label and value, families folded"] == "0.750"


def test_the_page_of_a_tagger_without_error():
    pytest.importorskip("matplotlib", reason="needs the train extra")
    from gxnlp.training.evaluation_page import render_evaluation

    found = Evaluation()
    found.add("a", "公开2条", [figure("items_total", 2, 4, "2")], [figure("items_total", 2, 4, "2", score=1.0)])
    assert "Nothing." in render_evaluation(found, model="m", data="d")


def rows():
    text = "全年主动公开政府信息29条，没有行政复议。"
    regions = [Region(text.index("29条"), text.index("29条") + 3, "items_total"), Region(14, 16, "reviews")]
    return [make_row(text, regions, {"id": "a", "year": 2020}, "test")]


def test_narratives_of_any_format_and_of_a_saved_dataset(tmp_path):
    write_rows(rows(), tmp_path / "a.json")
    write_rows(rows(), tmp_path / "b.jsonl", "doccano")
    assert [row["text"] for row in load_narratives([tmp_path / "a.json", tmp_path / "b.jsonl"])] == 2 * [
        rows()[0]["text"]
    ]
    with pytest.raises(AnnotationError, match="No such file"):
        load_narratives([tmp_path / "c.json"])
    datasets = pytest.importorskip("datasets", reason="needs the train extra")
    from gxnlp.training.data import as_dataset

    splits = {"train": as_dataset(rows() * 3), "test": as_dataset(rows())}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")
    assert len(load_narratives([tmp_path / "saved"])) == 1


def test_the_command_scores_the_shipped_tagger(tmp_path, capsys):
    from gxnlp.cli import app

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            app(["evaluate", *map(str, arguments)])
        return stop.value.code

    write_rows(rows(), tmp_path / "a.json")
    assert run("-", tmp_path / "a.json", "--json", tmp_path / "out.json") == 0
    printed = capsys.readouterr().out
    assert "label and value   P 1.000 R 1.000 F1 1.000 (2 of 2, 2 predicted)" in printed
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert found["scores"]["span"]["right"] == 2
    assert found["calibration"]["curve"]
    assert run("-", tmp_path / "none.json") == 1
    assert run("-", tmp_path / "a.json", "--html", tmp_path / "no" / "out.html") == 2


def test_the_module_prints_scores_as_json(tmp_path, capsys):
    write_rows(rows(), tmp_path / "a.jsonl", "jsonl")
    assert main([str(tmp_path / "a.jsonl"), "--json", "--errors"]) == 0
    assert json.loads(capsys.readouterr().out.strip())["families folded"] == 1.0
