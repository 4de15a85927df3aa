import dataclasses

import pytest

from gxnlp.errors import AnnotationError
from gxnlp.training.agreement import agreement, disagreements, main, pair
from gxnlp.training.inline import Narrative, parse_marked

HEAD = "id: {id}\nagency: 云岭县档案局\nline: other\nlevel: county\nyear: 2019\nkind: section\n-----\n"
FIRST = """公开[32条|items_total:信息]，网站[20条|items_channel:网站]，
[没有|reviews:复议|lawsuits:诉讼]复议、诉讼，办事[3件|permits]。"""
SECOND = """公开[32条|items_total]，网站[20条|items_category:网站]，
[没有|reviews:复议]复议、诉讼，办事3件。"""


def narrative(marked, name="n1"):
    text, marks = parse_marked(marked)
    return Narrative(name, text, marks, "云岭县档案局", "other", "county", 2019)


def test_agreement_is_f1_of_the_two_sets():
    scores = agreement(pair([narrative(FIRST)], [narrative(SECOND)]))
    assert (scores["span"].gold, scores["span"].predicted, scores["span"].right) == (5, 3, 3)
    assert scores["label and span"].f1 == pytest.approx(2 * 2 / 8)
    assert scores["subject"].right == 1


def test_agreement_is_the_same_either_way_and_full_with_oneself():
    one, two = narrative(FIRST), narrative(SECOND)
    there, back = agreement([(one, two)]), agreement([(two, one)])
    assert {name: value.f1 for name, value in there.items()} == {name: value.f1 for name, value in back.items()}
    assert all(value.f1 == 1 for value in agreement([(one, one)]).values())
    assert disagreements([(one, one)]) == []


def test_disagreements_show_both_sides_in_context():
    found = disagreements([(narrative(FIRST), narrative(SECOND))])
    assert [(d.first, d.second) for d in found] == [
        (("items_channel",), ("items_category",)),
        (("lawsuits", "reviews"), ("reviews",)),
        (("permits",), ()),
    ]
    assert str(found[1]) == "n1: lawsuits + reviews | reviews | 公开32条，网站20条，⏎【没有】复议、诉讼，办事3件。"
    assert str(found[2]).startswith("n1: permits | - | ")


def test_another_period_is_a_disagreement():
    one = narrative("去年[8件|reviews:复议@2018]，历年[9条|items_cumulative]")
    two = narrative("去年[8件|reviews:复议]，历年[9条|items_cumulative]")
    assert [(d.first, d.second) for d in disagreements([(one, two)])] == [(("reviews@2018",), ("reviews",))]


def test_narratives_are_paired_by_id_and_text():
    one = narrative(FIRST)
    assert pair([narrative(FIRST, "n0"), one], [narrative(SECOND)]) == [(one, narrative(SECOND))]
    with pytest.raises(AnnotationError, match="n2: the first annotator has no such"):
        pair([one], [narrative(SECOND, "n2")])
    with pytest.raises(AnnotationError, match="not read the same text"):
        pair([one], [dataclasses.replace(one, text=one.text + "。")])


def test_the_command_prints_figures_and_disagreements(tmp_path, capsys):
    for name, marked in (("first", FIRST), ("second", SECOND)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(HEAD.format(id="n1") + marked, "utf-8")
    assert main([str(tmp_path / "first"), str(tmp_path / "second")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 narratives, 5 figures by the first annotator, 3 by the second"
    assert lines[1].split() == ["label", "and", "span", "F1", "0.5000", "(2", "alike)"]
    assert len(lines) == 1 + 5 + 3


def test_an_empty_second_folder_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path), str(tmp_path)])
    assert "no narratives" in capsys.readouterr().err
