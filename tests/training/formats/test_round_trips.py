import pytest
from annotated import LOSSLESS, narrative, rows, there_and_back
from hypothesis import given, settings
from hypothesis import strategies as st

from gxnlp.errors import AnnotationError
from gxnlp.training.formats.rows import Region, make_row


@pytest.mark.parametrize("name", LOSSLESS)
def test_all_of_a_narrative_survives(name):
    rows = [narrative(), narrative(id="b", source="手工", year=0), make_row("没有数字。", [], {"id": "c"}, "test")]
    assert there_and_back(rows, name) == rows


@pytest.mark.parametrize("name", LOSSLESS)
def test_nothing_and_empty_texts(name):
    rows = [make_row("", [], {"id": "a"}, "test"), make_row("公开2条", [Region(2, 4, "other")], {"id": "b"}, "test")]
    for found in ([], rows, rows[::-1]):
        assert there_and_back(found, name) == found


@pytest.mark.parametrize("name", sorted({*LOSSLESS} - {"conll", "brat"}))
@settings(max_examples=40, deadline=None)
@given(st.lists(rows(), max_size=2))
def test_no_offset_is_lost(name, found):
    assert there_and_back(found, name) == found


@settings(max_examples=40, deadline=None)
@given(st.lists(rows(overlap=False), max_size=2))
def test_no_offset_is_lost_in_conll(found):
    assert there_and_back(found, "conll") == found


@settings(max_examples=40, deadline=None)
@given(rows())
def test_no_offset_is_lost_in_brat(row):
    if any(f["text"].strip("\r\n") != f["text"] for f in row["figures"]):
        with pytest.raises(AnnotationError, match="begins or ends with a line break"):
            there_and_back([row], "brat")
    else:
        assert there_and_back([row], "brat") == [row]
