from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxnlp.errors import AnnotationError
from gxnlp.figures.labels import load_labels
from gxnlp.training.inline import Mark, format_marked, parse_file, parse_folder, parse_marked

HEAD = "id: {id}\nagency: 云岭县档案局\nline: other\nlevel: county\nyear: 2019\nkind: section\n-----\n"


def test_marks_carry_label_subject_period_and_value():
    text, marks = parse_marked(
        "去年[35件|requests_received:申请@2018]，历年[130件|requests_cumulative]，[若干|other=3]。"
    )
    assert text == "去年35件，历年130件，若干。"
    assert [text[m.start : m.end] for m in marks] == ["35件", "130件", "若干"]
    assert [m.period for m in marks] == ["2018", "cumulative", "year"]
    assert marks[0].subject == "申请"
    assert marks[2].value == Decimal(3)


def test_two_labels_share_a_span():
    text, marks = parse_marked("[没有|reviews:行政复议|lawsuits:行政诉讼]行政复议、行政诉讼")
    assert {m.label for m in marks} == {"reviews", "lawsuits"}
    assert {(m.start, m.end) for m in marks} == {(0, 2)}
    assert text.startswith("没有行政复议")


@pytest.mark.parametrize(
    ("marked", "cause"),
    [
        ("公开[3条", "not closed"),
        ("公开[3条]", "needs text and a label"),
        ("公开[3条|items]", "unknown label"),
        ("公开[3条|items_total@19]", "not a label"),
        ("公开3条]", "stray"),
        ("收费[0元|fees|fees@cumulative]", "a label stands twice"),
    ],
)
def test_a_malformed_mark_names_place_and_cause(marked, cause):
    with pytest.raises(AnnotationError, match=cause) as error:
        parse_marked(marked, "file.txt, one")
    assert "file.txt" in str(error.value)


PIECES = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8),
        st.text("0123456789条件", min_size=1, max_size=5),
        st.lists(st.sampled_from(list(load_labels())), min_size=1, max_size=2, unique=True),
    ),
    max_size=6,
)


@given(PIECES, st.text(max_size=8))
def test_format_and_parse_are_inverse(pieces, tail):
    text, marks = "", []
    for before, span, labels in pieces:
        text += before
        marks += [Mark(len(text), len(text) + len(span), label, None, "2016") for label in labels]
        text += span
    text += tail
    parsed_text, parsed_marks = parse_marked(format_marked(text, marks))
    assert parsed_text == text
    assert list(parsed_marks) == marks


def test_overlapping_spans_are_refused():
    with pytest.raises(AnnotationError, match="overlapping"):
        format_marked("共12条", [Mark(1, 3, "other"), Mark(2, 4, "other")])


def test_a_file_holds_several_narratives(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(HEAD.format(id="a") + "公开[3条|items_total]。\n=====\n" + HEAD.format(id="b") + "无。\n", "utf-8")
    first, second = parse_file(path)
    assert (first.id, first.year, first.text, len(first.marks)) == ("a", 2019, "公开3条。", 1)
    assert second.marks == ()


def test_head_and_ids_are_checked(tmp_path):
    (tmp_path / "a.txt").write_text("id: a\n-----\n文字\n", "utf-8")
    with pytest.raises(AnnotationError, match="head lacks agency"):
        parse_folder(tmp_path)
    (tmp_path / "a.txt").write_text(HEAD.format(id="a") + "甲\n=====\n" + HEAD.format(id="a") + "乙\n", "utf-8")
    with pytest.raises(AnnotationError, match="two narratives have the id 'a'"):
        parse_folder(tmp_path)
