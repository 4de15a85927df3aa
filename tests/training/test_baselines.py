"""The baselines at work on plain cases; what they are worth is printed by `training/baselines.py`."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("sklearn", reason="needs the train extra")

from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.labels import load_labels
from gxnlp.training.inline import Narrative, parse_marked
from gxnlp.training.standoff import stand_off
from gxnlp.training.train import TrainingConfig, fold_of

RECIPES = Path(__file__).parents[2] / "training"


@pytest.fixture(scope="module")
def baselines():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(RECIPES)
        import baselines

        yield baselines


def labels_of(reader, text):
    spans = [(c.start, c.end) for c in find_candidates(text)]
    return [(text[slice(*span)], *labels) for span, (labels, _) in zip(spans, reader.read(text, spans), strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全年主动公开信息120条,其中通知公告20条,预算决算4条.",
            [("120条", "items_total"), ("20条", "items_category"), ("4条", "items_category")],
        ),
        (
            "全年公开信息300条,其中网站200条,微信100条.",
            [("300条", "items_total"), ("200条", "items_channel"), ("100条", "items_channel")],
        ),
        ("收到申请5件,办结5件.", [("5件", "requests_received"), ("5件", "requests_completed")]),
        ("未发生行政复议、行政诉讼。", [("未发生", "reviews", "lawsuits")]),
        ("未收到政府信息公开申请。", [("未收到", "requests_received")]),
        ("拨付补助资金120万元,收取复制费30元。", [("120万元", "funds_disbursed"), ("30元", "fees")]),
        ("自2008年以来,历年累计公开信息9000条。", [("9000条", "items_cumulative")]),
        ("计划于明年开设3个专栏。", [("3个",)]),
    ],
)
def test_rules_read_the_plain_cases(baselines, text, expected):
    found = labels_of(baselines.RuleReader(), text)
    assert found == expected


def test_all_labels_of_the_rules_are_labels():
    import tomllib

    words = tomllib.loads((RECIPES / "baseline_rules.toml").read_text("utf-8"))
    assert set(words["keywords"]) | set(words["measures"]) <= set(load_labels())


def narratives():
    kinds = [
        ("公开信息[{}条|items_total:信息]。", 7),
        ("收到申请[{}件|requests_received:申请]。", 3),
        ("[未发生|reviews:复议|lawsuits:诉讼]复议、诉讼。联系电话8801-{}。", 4),
    ]
    for number in range(24):
        marked, value = kinds[number % 3]
        text, marks = parse_marked(marked.format(number * 13 + value))
        yield stand_off(Narrative(f"n{number}", text, marks, f"第{number}县教育局", "education", "county", 2020))


def test_the_linear_model_learns_what_it_is_shown(baselines):
    tagger = baselines.learn(list(narratives()))
    figures = tagger.tag_many(["公开信息77条。", "收到申请9件。", "未发生复议、诉讼。", ""], years=[2020] * 4)
    assert [[(f.label, f.text) for f in row] for row in figures] == [
        [("items_total", "77条")],
        [("requests_received", "9件")],
        [("lawsuits", "未发生"), ("reviews", "未发生")],
        [],
    ]


def test_a_fold_is_scored_from_the_command_line(baselines, tmp_path, capsys):
    blocks = []
    for number in range(30):
        head = f"id: n{number}\nagency: 第{number}县教育局\nline: education\nlevel: county\nyear: 2020\nkind: opening\n"
        blocks.append(f"{head}-----\n全年公开信息[{number + 2}条|items_total:信息]。\n")
    (tmp_path / "batch.txt").write_text("=====\n".join(blocks), "utf-8")
    baselines.main([str(tmp_path), "--fold", "1"])
    printed = capsys.readouterr().out
    held_out = sum(fold_of(f"第{number}县教育局", 5) == 1 for number in range(30))
    assert f"{'items_total':24}{held_out:6}" in printed
    assert "regular expressions" in printed


def test_a_tagger_that_saw_the_fold_is_refused(baselines, tmp_path):
    (tmp_path / "recipe.json").write_text(json.dumps({"config": {"fold": 2}}), "utf-8")
    with pytest.raises(SystemExit, match="trained with fold 2 held out, not 0"):
        baselines.tagger_of_fold(tmp_path, 0)


def test_the_recipe_without_pretraining_holds_a_fold_out():
    config = TrainingConfig.model_validate_json((RECIPES / "figures-scratch.json").read_text("utf-8"))
    assert config.random
    assert config.fold == 0
