import pytest
from annotated import TEXT, narrative, rows, there_and_back
from hypothesis import given, settings

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows
from gxnlp.training.formats.rows import Region, make_row


def blank(text):
    return any(char.isspace() for char in text)


@settings(max_examples=60, deadline=None)
@given(rows(overlap=False))
def test_the_authoring_format_holds_a_row_or_refuses_it(row):
    keys = ("start", "end", "label", "value", "period", "subject")
    row["id"] = "a"  # a head cannot hold blanks at its ends
    subjects = "".join(f["subject"] or "" for f in row["figures"])
    try:
        [back] = there_and_back([row], "inline")
    except AnnotationError:
        assert (
            not row["text"]
            or set("\r\n[]|\\") & set(row["text"])
            or set("[]|@=:\\-") & set(subjects)
            or blank(subjects)
        )
    else:
        assert back["text"] == row["text"]
        assert [[f[k] for k in keys] for f in back["figures"]] == [[f[k] for k in keys] for f in row["figures"]]


def test_inline_keeps_labels_subjects_periods_and_values():
    row = narrative(TEXT.replace("\r", "").strip())
    [back] = there_and_back([row], "inline")
    assert back["figures"][4]["value"] == "15001"
    assert back["figures"][4]["qualifier"] == "exact"  # what the format cannot hold
    kept = ("label", "start", "end", "value", "unit", "period", "subject", "implied")
    assert [[f[k] for k in kept] for f in back["figures"]] == [[f[k] for k in kept] for f in row["figures"]]


def test_inline_keeps_what_is_not_known_and_more_of_the_head():
    row = make_row("公开2条", [Region(2, 4, "other")], {"id": "a", "source": "手工"}, "test")
    [back] = there_and_back([row], "inline")
    assert back == row
    assert (back["agency"], back["year"], back["source"]) == ("", 0, "手工")


@pytest.mark.parametrize(
    ("text", "cause"),
    [("公开\r\n2条", "carriage returns"), ("公开2条\n", "line breaks at its ends"), ("公开2条\n=====\n二", "=====")],
)
def test_inline_refuses_what_it_cannot_hold(text, cause):
    row = make_row(text, [Region(text.index("2"), text.index("2") + 2, "other")], {"id": "甲"}, "test")
    with pytest.raises(AnnotationError, match=f"甲: the authoring format cannot hold it: .*{cause}"):
        there_and_back([row], "inline")


def test_inline_reads_a_folder(tmp_path):
    for name in ("a", "b"):
        write_rows([make_row("公开2条", [], {"id": name}, "test")], tmp_path / f"{name}.txt")
    assert [row["id"] for row in read_rows(tmp_path, "inline")] == ["a", "b"]


def test_inline_names_the_file_of_a_mark_without_a_value(tmp_path):
    write_rows([make_row("公开2条", [], {"id": "a"}, "test")], tmp_path / "a.txt")
    (tmp_path / "a.txt").write_text((tmp_path / "a.txt").read_text("utf-8").replace("公开", "[公开|other]"), "utf-8")
    with pytest.raises(AnnotationError, match=r"a\.txt: a: no value for '公开'"):
        read_rows(tmp_path / "a.txt")
