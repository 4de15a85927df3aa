from decimal import Decimal
from pathlib import Path

import pytest
from annotated import TEXT, narrative, write_lines

from gxnlp.errors import AnnotationError, ConfigError
from gxnlp.training.formats import FORMATS, find_format, read_rows, write_rows
from gxnlp.training.formats.rows import complete


def test_jsonl_of_the_corpus_reads_as_it_is(tmp_path):
    row = complete(narrative("甲\u2028" + TEXT), "test")
    write_rows([row], tmp_path / "c.jsonl", "jsonl")
    assert len((tmp_path / "c.jsonl").read_text("utf-8").splitlines()) == 1
    [back] = read_rows(tmp_path / "c.jsonl", "jsonl")
    assert back == row
    assert Decimal(back["figures"][4]["value"]) == 15001


def test_negative_offsets_are_outside(tmp_path):
    figure = {"label": "other", "text": "2", "start": -2, "end": -1, "value": "2"}
    path = write_lines(tmp_path / "c.jsonl", {"id": "a", "text": "共2条", "figures": [figure]})
    with pytest.raises(AnnotationError, match=r"c\.jsonl:1: offsets of '2' cover something else"):
        read_rows(path, "jsonl")


def test_formats_are_found_by_suffix_only_where_it_tells(tmp_path):
    assert find_format(Path("a.CoNLL")).name == "conll"
    assert find_format(Path("a.json"), "brat").name == "brat"
    with pytest.raises(ConfigError, match="does not tell the format"):
        find_format(Path("a.jsonl"))
    with pytest.raises(ConfigError, match="no format 'docano', perhaps doccano"):
        find_format(Path("a"), "docano")
    with pytest.raises(AnnotationError, match=r"none\.json: No such file"):
        read_rows(tmp_path / "none.json")
    (tmp_path / "gbk.conll").write_bytes("公 O".encode("gb18030"))
    with pytest.raises(AnnotationError, match="not UTF-8 at byte 0"):
        read_rows(tmp_path / "gbk.conll")


def test_convert(tmp_path, capsys):
    from gxnlp.cli import app

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            app(["convert", *map(str, arguments)])
        return stop.value.code

    first, second, third = tmp_path / "a.jsonl", tmp_path / "b.json", tmp_path / "c"
    write_rows([narrative()], first, "jsonl")
    assert run(first, second, "--from", "jsonl") == 0
    assert "1 narratives, 5 figures" in capsys.readouterr().err
    assert run(second, third, "--to", "brat") == 0
    assert run(third, first, "--from", "brat", "--to", "jsonl") == 0
    assert read_rows(first, "jsonl") == [narrative()]
    assert run(first, tmp_path / "d.json") == 1
    assert "does not tell the format" in capsys.readouterr().err
    assert run(first, first, "--from", "jsonl", "--to", "jsonl") == 2


def test_the_command_names_every_format():
    from gxnlp.cli.convert import FORMAT_NAMES

    assert FORMAT_NAMES.split(", ") == list(FORMATS)
