import json

import pytest
from annotated import narrative

from gxnlp.errors import AnnotationError
from gxnlp.training.formats import read_rows, write_rows


@pytest.mark.issue("spaCy #5727")
def test_docbin_has_the_tokens_of_our_pipeline_so_that_no_span_splits_one(tmp_path):
    import spacy
    from spacy.tokens import DocBin

    from gxnlp.pipeline.components import CharacterTokenizer

    row = narrative()
    write_rows([row], tmp_path / "out.spacy")
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "gxnlp.CharacterTokenizer.v1"}}})
    [doc] = DocBin().from_disk(tmp_path / "out.spacy").get_docs(nlp.vocab)
    assert doc.text == row["text"]
    assert [t.text for t in doc] == [t.text for t in CharacterTokenizer(nlp.vocab)(row["text"])]
    assert [(s.label_, s.start_char, s.text) for s in doc.spans["figures"]] == [
        (f["label"], f["start"], f["text"]) for f in row["figures"]
    ]


def test_docbin_of_others_is_read_by_characters(tmp_path):
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    vocab = Vocab()
    marked = Doc(vocab, words=["公开", "29条", "End"], spaces=[False, True, False])
    marked.ents = [Span(marked, 1, 2, label="items_total")]
    DocBin(docs=[marked]).to_disk(tmp_path / "a.spacy")
    [row] = read_rows(tmp_path / "a.spacy")
    assert (row["id"], row["text"], row["figures"][0]["start"]) == ("a-1", "公开29条 End", 2)
    DocBin(docs=[Doc(vocab, words=["公开"])]).to_disk(tmp_path / "a.spacy")
    with pytest.raises(AnnotationError, match="not annotated"):
        read_rows(tmp_path / "a.spacy")
    (tmp_path / "a.spacy").write_bytes(b"x")
    with pytest.raises(AnnotationError, match="not a DocBin"):
        read_rows(tmp_path / "a.spacy")


def test_docbin_of_our_pipeline_brings_the_figures_of_the_report(tmp_path):
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=list("共2条"), spaces=[False] * 3)
    doc.spans["figures"] = [Span(doc, 1, 3, label="other")]
    figure = {"label": "other", "text": "2条", "start": 1, "end": 3, "value": "2", "period": "2017", "score": 0.5}
    doc.user_data["gxnlp.report"] = json.dumps({"figures": [figure]})
    DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    [row] = read_rows(tmp_path / "a.spacy")
    assert (row["figures"][0]["period"], row["figures"][0]["score"]) == ("2017", 0.5)
