import pytest
from annotated import there_and_back

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows
from gxnlp.training.formats.rows import Region, make_row


@pytest.mark.issue("label-studio #1250")
def test_a_chinese_sentence_is_not_one_token(tmp_path):
    path = tmp_path / "out.conll"
    text = "公开 29条，\r\n没有行政复议、行政诉讼"
    regions = [Region(3, 6, "items_total"), Region(9, 11, "reviews"), Region(9, 11, "lawsuits")]
    write_rows([make_row(text, regions, {"id": "a"}, "test")], path)
    lines = path.read_bytes().decode().split("\n")
    assert lines[0].startswith("-DOCSTART- {")
    assert lines[0].endswith(" O")
    assert lines[1] == ""
    assert lines[2 : 2 + len(text)] == [
        "公 O", "开 O", r"\s O", "2 B-items_total", "9 I-items_total", "条 I-items_total", "， O", r"\r O", r"\n O",
        "没 B-reviews+lawsuits", "有 I-reviews+lawsuits", *(f"{char} O" for char in text[11:]),
    ]  # fmt: skip
    path.write_text("-DOCSTART- -X- O\n公开29条 -X- _ B-items_total\n", "utf-8")
    with pytest.raises(AnnotationError, match=r"out.conll:2: '公开29条' is 5 characters: tokens must be single"):
        read_rows(path)


def test_conll_of_others(tmp_path):
    path = tmp_path / "in.bio"
    path.write_text(
        "公\tX\tO\r\n2\tX\tB-other\r\n条\tX\tI-other\r\n3\tX\tB-other\r\n\r\n\r\n1 B-other\n条 I-other\n", "utf-8"
    )
    first, second = read_rows(path)
    assert (first["id"], first["text"], second["id"], second["text"]) == ("in-1", "公2条3", "in-2", "1条")


def test_adjacent_spans_of_one_label_stay_two():
    text = "其中2条3条"
    row = make_row(text, [Region(2, 4, "other"), Region(4, 6, "other")], {"id": "a"}, "test")
    assert [(f["start"], f["end"]) for f in there_and_back([row], "conll")[0]["figures"]] == [(2, 4), (4, 6)]


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ("公 O\n2 I-other", "in.conll:2: I-other continues nothing, it follows O"),
        ("2 B-other\n条 I-reviews", "I-reviews continues nothing, it follows B-other"),
        ("2 S-other", "not a BIO tag: 'S-other'"),
        ("2 other", "not a BIO tag"),
        ("2", "a token and a tag are needed"),
        ("-DOCSTART- {x O\n\n2 O", "is not JSON"),
    ],
)
def test_tags_that_make_no_span(tmp_path, lines, cause):
    path = tmp_path / "in.conll"
    path.write_text(lines, "utf-8")
    with pytest.raises(AnnotationError, match=cause):
        read_rows(path)


def test_conll_cannot_hold_overlaps():
    given_ = {"value": "1"}
    row = make_row("公开2条", [Region(0, 4, "other", given_), Region(2, 4, "other", given_)], {"id": "a"}, "test")
    with pytest.raises(AnnotationError, match="a: CoNLL cannot hold overlapping spans: '2条' at 2"):
        there_and_back([row], "conll")
    row = make_row("公开2条", [Region(2, 4, "a+b", given_)], {"id": "a"}, "test")
    with pytest.raises(AnnotationError, match="cannot hold the label"):
        there_and_back([row], "conll")
