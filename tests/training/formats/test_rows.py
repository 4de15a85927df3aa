import pytest
from annotated import narrative

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import FORMATS, write_rows
from gxnlp.training.formats.rows import Region, make_row


def test_the_grammar_fills_in_what_a_file_does_not_say():
    row = make_row("收到申请30余件，没有复议", [Region(4, 8, "requests_cumulative"), Region(9, 11, "reviews")], {}, "x")
    first, second = row["figures"]
    assert first == {
        "label": "requests_cumulative", "text": "30余件", "start": 4, "end": 8, "value": "30", "unit": "件",
        "qualifier": "more_than", "period": "cumulative", "subject": None, "implied": False,
    }  # fmt: skip
    assert (second["value"], second["unit"], second["implied"]) == ("0", "", True)


@pytest.mark.parametrize(
    ("region", "cause"),
    [
        (Region(0, 99, "other"), "lies outside the text of 6 characters"),
        (Region(-3, -1, "other"), "lies outside"),
        (Region(3, 2, "other"), "lies outside"),
        (Region(2, 2, "other"), "is empty"),
        (Region(2, "5", "other"), "not whole numbers"),
        (Region(2, 5, ""), "no label"),
        (Region(0, 2, "other"), "no value for '公开'"),
        (Region(2, 5, "other", {"value": "many"}), "not a number"),
    ],
)
def test_what_is_no_figure_is_an_error_that_names_its_place(region, cause):
    with pytest.raises(AnnotationError, match=cause) as error:
        make_row("公开29条。", [region], {}, "a.json: record 3")
    assert str(error.value).startswith("a.json: record 3: ")


def test_a_label_stands_once_on_a_span():
    with pytest.raises(AnnotationError, match="items_total stands twice on '29条'"):
        make_row("公开29条", [Region(2, 5, "items_total")] * 2, {}, "x")


def test_rows_are_checked_before_they_are_written(tmp_path):
    row = narrative()
    row["figures"][0] |= {"start": 0, "end": 3}
    for name in FORMATS:
        with pytest.raises(
            AnnotationError, match=r"out: record 1 \(吉安/2020 一\): span 0-3 covers '全年公', not '２９ 条'"
        ):
            write_rows([row], tmp_path / "out", name)
    assert not list(tmp_path.iterdir())


def test_a_lone_surrogate_is_an_error():
    with pytest.raises(AnnotationError, match="half a surrogate pair at 1"):
        make_row("a\ud83d", [], {}, "x")
