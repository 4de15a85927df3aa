"""The tagger that ships, at work: places, lengths, batches. What it is worth is measured elsewhere."""

import pytest

from gxnlp.document import Block
from gxnlp.errors import ModelError
from gxnlp.figures.backends import TorchBackend, load_backend
from gxnlp.figures.labels import load_labels
from gxnlp.figures.periods import other_year, report_year
from gxnlp.figures.tagger import Tagger, blank_all_but, default_model_path, default_tagger

TEXT = (
    "2020年，我局主动公开政府信息1,243条，其中财政信息20条。"
    "收到政府信息公开申请5件，办结5件，未发生行政复议、行政诉讼。"
)


def test_spans_and_sentences_point_into_the_text():
    figures = default_tagger().tag(TEXT)
    assert figures
    for figure in figures:
        assert TEXT[figure.start : figure.end] == figure.text
        assert figure.sentence_start <= figure.start < figure.end <= figure.sentence_end
        assert figure.label in load_labels()
        assert figure.subject is None or figure.subject in TEXT
        assert 0 < figure.score <= 1


def test_the_plain_cases_are_read():
    found = {(f.label, str(f.value)) for f in default_tagger().tag(TEXT)}
    plain = {("items_total", "1243"), ("requests_received", "5"), ("requests_completed", "5")}
    assert plain | {("reviews", "0"), ("lawsuits", "0")} <= found


def test_traditional_and_full_width_text_reads_the_same():
    simplified = default_tagger().tag("全年收到政府信息公开申请12件，均已答复。")
    traditional = default_tagger().tag("全年收到政府信息公開申請１２件，均已答覆。")
    assert [(f.label, f.value) for f in simplified] == [(f.label, f.value) for f in traditional] != []


def test_long_text_is_not_truncated():
    filler = "我局认真贯彻落实各项要求，持续加强组织领导。" * 400
    figures = default_tagger().tag(filler + TEXT)
    assert {f.text for f in figures} == {f.text for f in default_tagger().tag(TEXT)}
    assert figures[0].start > len(filler)


@pytest.mark.issue("a run of digits longer than the network's positions ended in an error of the runtime")
def test_a_run_of_digits_is_no_figure_and_no_error():
    found = default_tagger().tag("1" * 700 + "条。" + TEXT)
    assert [f.text for f in found] == [f.text for f in default_tagger().tag(TEXT)]


def test_many_texts_give_what_each_gives_alone():
    texts = [TEXT, "", "无", "公开信息3条。", TEXT * 3]
    together = default_tagger().tag_many(texts)
    alone = [default_tagger().tag(text) for text in texts]
    assert [[(f.label, f.start) for f in figures] for figures in together] == [
        [(f.label, f.start) for f in figures] for figures in alone
    ]


def test_what_is_no_prose_is_not_seen():
    blanked = blank_all_but(TEXT, [Block("paragraph", 0, 10)])
    assert len(blanked) == len(TEXT)
    assert default_tagger().tag(blanked) == []


def test_a_folder_without_a_model_is_a_typed_error(tmp_path):
    with pytest.raises(ModelError, match="no tagger settings"):
        Tagger.load(tmp_path)
    with pytest.raises(ModelError, match=r"no model\.onnx"):
        load_backend(tmp_path)


@pytest.mark.parametrize(
    ("text", "own", "year"),
    [
        ("2020年公开20条,比2019年的35件", 2020, "2019"),
        ("2020年公开20条,去年同期35件", 2020, "2019"),
        ("收到35件", 2020, "2019"),
        ("收到35件", None, "year"),
    ],
)
def test_another_year_is_the_nearest_that_is_named(text, own, year):
    assert other_year(text, text.index("35"), own) == year


def test_the_year_of_a_report_is_the_one_named_most():
    assert report_year("2021年度报告。2020年为3件。2021年为5件。") == 2021
    assert report_year("没有年份") is None


def test_torch_gives_what_onnx_gives():
    pytest.importorskip("torch", reason="needs the train or the gpu extra")
    quick = default_tagger()
    exact = Tagger(TorchBackend(default_model_path(), "cpu", half=False), quick.vocabulary, quick.settings)
    assert [(f.label, f.start, f.value) for f in exact.tag(TEXT)] == [
        (f.label, f.start, f.value) for f in quick.tag(TEXT)
    ]
