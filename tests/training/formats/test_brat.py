import pytest
from annotated import narrative, there_and_back

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows
from gxnlp.training.formats.rows import Region, make_row


def write_brat(folder, text, annotations):
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(text.encode())
    (folder / "a.ann").write_bytes(annotations.encode())
    return folder


def test_brat_shows_period_and_qualifier(tmp_path):
    write_rows([narrative()], tmp_path / "brat", "brat")
    [file] = (tmp_path / "brat").glob("*.ann")
    lines = file.read_bytes().decode().split("\n")
    assert file.stem == "吉安_2020_一"
    assert lines[0] == "T1\titems_total 6 10\t２９ 条"
    assert "A3\tperiod T2 2019" in lines
    config = (tmp_path / "brat" / "annotation.conf").read_text("utf-8")
    assert "items_total\n" in config
    assert "Value:year|cumulative|2019" in config


@pytest.mark.issue("brat #853")
def test_brat_counts_a_windows_line_end_as_one(tmp_path):
    folder = write_brat(tmp_path / "b", "甲2条\r\n乙3条\r\n", "T1\tother 1 3\t2条\r\nT2\tother 5 7\t3条\r\n")
    [row] = read_rows(folder, "brat")
    assert [(f["text"], f["start"]) for f in row["figures"]] == [("2条", 1), ("3条", 6)]


def test_brat_spans_over_line_breaks_are_fragments(tmp_path):
    row = make_row("公开2\r\n3条", [Region(2, 7, "other", {"value": 23})], {"id": "a"}, "test")
    write_rows([row], tmp_path / "b", "brat")
    assert (tmp_path / "b" / "a.ann").read_text("utf-8").startswith("T1\tother 2 3;5 7\t2 3条\n")
    assert read_rows(tmp_path / "b", "brat") == [row]


def test_brat_notes_and_other_lines(tmp_path):
    lines = [
        "T1\tother 1 3\t2条",
        "A1\tperiod T1 2018",
        "#1\tAnnotatorNotes T1\t看不清",
        "R1\tof Arg1:T1 Arg2:T1",
        "* x",
    ]
    [row] = read_rows(write_brat(tmp_path / "b", "甲2条", "\n".join(lines)), "brat")
    assert (row["id"], row["figures"][0]["period"], row["figures"][0]["note"]) == ("a", "2018", "看不清")


@pytest.mark.parametrize(
    ("annotations", "cause"),
    [
        ("T1\tother 0 2\t2条", r"a.ann: span 0-2 covers '甲2', not '2条'"),
        ("T1\tother 1 99\t2条", "offset 99 lies outside"),
        ("T1\tother 0 1;2 3\t甲条", "covers '甲2条', not '甲条'"),
        ("T1 other 1 3 2条", r"a.ann:1: not a text-bound annotation"),
    ],
)
def test_misaligned_spans_of_brat(tmp_path, annotations, cause):
    with pytest.raises(AnnotationError, match=cause):
        read_rows(write_brat(tmp_path / "b", "甲2条", annotations), "brat")


def test_brat_folders_are_whole(tmp_path):
    folder = write_brat(tmp_path / "b", "甲2条", "")
    with pytest.raises(AnnotationError, match="not an empty folder"):
        write_rows([narrative()], folder, "brat")
    (folder / "a.ann").unlink()
    with pytest.raises(AnnotationError, match=r"a has no \.ann file"):
        read_rows(folder, "brat")


def test_brat_file_names_do_not_collide():
    found = [make_row("一", [], {"id": name}, "test") for name in ("a/b", "a b", "A_b", "..")]
    assert there_and_back(found, "brat") == found
