import json
import tomllib
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

import gxnlp
from gxnlp import schema
from gxnlp.pipeline import doc_from

TEXT = """青山市财政局2021年政府信息公开工作年度报告
一、总体情况
全年主动公开政府信息12条，收到政府信息公开申请5件，均已按期答复。全年没有行政复议、行政诉讼。
二、主动公开政府信息情况
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t53
"""
HTML = "<html><body><h1>青山市财政局2021年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>全年主动公开政府信息12条，收到政府信息公开申请5件。没有行政复议、行政诉讼。依申请公开工作平稳有序，未发生泄密。</p><p>六、其他需要报告的事项</p><p>无。</p></body></html>"  # noqa: E501


class FakeTagger:
    """Labels four figures of the text above by their words."""

    def tag_document(self, document, prose, *, year=None):
        found = []
        for label, words, value, unit in (
            ("items_total", "12条", 12, "条"),
            ("requests_received", "5件", 5, "件"),
            ("reviews", "没有", 0, ""),
            ("lawsuits", "没有", 0, ""),
        ):
            start = document.text.find(words)
            if start >= 0:
                found.append(
                    schema.Figure(label=label, text=words, start=start, end=start + len(words), value=Decimal(value),
                                  unit=unit, implied=not value, sentence_start=start, sentence_end=start + len(words))
                )  # fmt: skip
        return found


@pytest.fixture(scope="module")
def nlp():
    pipeline = gxnlp.load()
    pipeline.get_pipe("gxnlp_report").tagger = FakeTagger()
    return pipeline


def test_a_text_becomes_a_report_with_spans(nlp):
    doc = nlp(TEXT)
    assert doc.text == TEXT
    assert doc._.report.meta.agency == "青山市财政局"
    assert [(s.text, s.label_) for s in doc.spans["figures"]] == [
        ("12条", "items_total"),
        ("5件", "requests_received"),
        ("没有", "reviews"),
        ("没有", "lawsuits"),
    ]
    assert doc.spans["figures"][1]._.figure.value == 5
    assert [s.label_ for s in doc.spans["sections"]][:2] == ["preamble", "overview"]
    assert doc._.report == gxnlp.extract(TEXT, tagger=FakeTagger(), name="<text>").model_copy(
        update={"source": doc._.report.source}
    )


def test_a_document_of_another_format(nlp):
    document = gxnlp.read(HTML.encode(), name="report.html")
    doc = nlp(doc_from(nlp, document))
    assert doc._.report == gxnlp.extract(document, tagger=FakeTagger())
    assert doc._.document == document
    assert [s.text for s in doc.spans["figures"]][:2] == ["12条", "5件"]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u3000"])
def test_a_blank_text_has_no_report(nlp, text):
    doc = nlp(text)
    assert (doc.text, doc._.report, list(doc.spans["figures"])) == (text, None, [])


@pytest.mark.parametrize("prefix", ["\ufeff", "\r\n", "  \u3000"])
def test_offsets_count_what_stands_before(nlp, prefix):
    doc = nlp(prefix + TEXT)
    assert doc.text == prefix + TEXT
    assert [s.text for s in doc.spans["figures"]] == ["12条", "5件", "没有", "没有"]
    for item in doc._.report.cells:
        assert doc.text[item.start : item.end] == item.text


def test_pipe_gives_what_single_calls_give_in_order(nlp):
    texts = [TEXT, "", TEXT.replace("2021", "2022"), "今日天气晴。"]
    piped = [d._.report for d in nlp.pipe(texts, batch_size=2)]
    assert piped == [nlp(t)._.report for t in texts]


def test_docs_go_through_bytes_and_other_processes(nlp):
    from spacy.tokens import Doc, DocBin

    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.report == doc._.report
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (restored,) = DocBin(store_user_data=True).from_bytes(stored).get_docs(nlp.vocab)
    assert restored._.report == doc._.report
    assert [(s.text, s.label_) for s in restored.spans["figures"]] == [(s.text, s.label_) for s in doc.spans["figures"]]


def test_to_disk_and_from_disk(tmp_path):
    nlp = gxnlp.load(figures=False)
    nlp.to_disk(tmp_path / "nlp")
    again = gxnlp.load(tmp_path / "nlp")
    assert again.pipe_names == nlp.pipe_names
    assert again(TEXT)._.report == nlp(TEXT)._.report
    assert "figures_skipped" in [w.code for w in again(TEXT)._.report.warnings]


def test_to_bytes_and_from_bytes():
    nlp = gxnlp.load(figures=False)
    again = gxnlp.load(figures=False).from_bytes(nlp.to_bytes())
    assert again(TEXT)._.report == nlp(TEXT)._.report


def test_a_model_of_ones_own_travels_with_the_pipeline(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    for name in ("tagger.json", "vocab.txt", "model.onnx"):
        (model / name).write_text(name)
    nlp = gxnlp.load(model=model)
    nlp.to_disk(tmp_path / "nlp")
    for path in model.iterdir():
        path.unlink()
    again = gxnlp.load(tmp_path / "nlp")
    stored = again.get_pipe("gxnlp_report").model
    assert {p.name for p in stored.iterdir()} == {"tagger.json", "vocab.txt", "model.onnx"}


def test_a_model_that_is_missing_is_a_typed_error(tmp_path):
    nlp = gxnlp.load(model=tmp_path)
    with pytest.raises(gxnlp.ModelError):
        nlp(TEXT)


def test_the_package_index_of_components_is_what_the_code_registers():
    golden = {
        "gxnlp_report": {"assigns": ["doc._.report"], "requires": [], "default": {"model": None, "figures": True}},
        "gxnlp_spans": {"assigns": ["doc.spans"], "requires": ["doc._.report"], "default": {}},
    }
    nlp = gxnlp.load()
    found = {
        name: {"assigns": meta.assigns, "requires": meta.requires, "default": meta.default_config}
        for name in nlp.pipe_names
        for meta in [nlp.get_factory_meta(name)]
    }
    assert found == golden
    assert nlp.analyze_pipes()["problems"] == {"gxnlp_report": [], "gxnlp_spans": []}


def test_entry_points_name_the_factories():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]
    assert set(points["spacy_factories"]) == {"gxnlp_report", "gxnlp_spans"}
    assert set(points["spacy_tokenizers"]) == {"gxnlp.CharacterTokenizer.v1"}
    for target in (*points["spacy_factories"].values(), *points["spacy_tokenizers"].values()):
        module, _, name = target.partition(":")
        assert callable(getattr(import_module(module), name))


def test_records_in_user_data_are_json(nlp):
    data = nlp(TEXT).user_data["gxnlp.report"]
    assert json.loads(data)["meta"]["year"] == 2021
    assert "\n" not in data
