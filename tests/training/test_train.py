"""The whole way from annotated narratives to a tagger at work, with a network of a few thousand weights."""

import json
import warnings

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from tiny import narratives, write_encoder, write_rows  # noqa: E402

from gxnlp.errors import AnnotationError  # noqa: E402
from gxnlp.figures.labels import load_labels  # noqa: E402
from gxnlp.figures.tagger import Tagger  # noqa: E402
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary  # noqa: E402
from gxnlp.figures.windows import WindowShape  # noqa: E402
from gxnlp.training.examples import Augmentation, Collator, make_example, vary  # noqa: E402
from gxnlp.training.standoff import read_jsonl  # noqa: E402
from gxnlp.training.train import TrainingConfig, fold_of, split_by_body, train  # noqa: E402


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("start"))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_rows(tmp_path_factory.mktemp("data") / "corpus.jsonl", narratives())


def test_train_export_and_tag(start, data, tmp_path):
    from gxnlp.training.export import export_onnx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        folder = train(TrainingConfig(start=start, data=[data], output=tmp_path / "model", epochs=1, fold=0))
        export_onnx(folder, tmp_path / "onnx")
    recipe = json.loads((folder / "recipe.json").read_text("utf-8"))
    assert recipe["figures_not_offered_by_the_grammar"] == 0
    assert len(recipe["data_sha256"]["corpus.jsonl"]) == 64
    tagger = Tagger.load(tmp_path / "onnx")
    text = "我局公开信息41条。" * 120
    figures = tagger.tag(text)
    assert all(text[f.start : f.end] == f.text == "41条" for f in figures)
    assert tagger.tag("") == []


def test_resume_goes_on_from_the_last_checkpoint(start, data, tmp_path):
    settings = {"start": start, "data": [data], "output": tmp_path / "model", "save_steps": 2}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        train(TrainingConfig(**settings, epochs=1))
        train(TrainingConfig(**settings, epochs=2))
    (checkpoint,) = (tmp_path / "model" / "checkpoints").glob("checkpoint-*")
    state = json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    assert state["global_step"] == 6
    assert state["epoch"] == 2.0


def test_folds_keep_bodies_apart():
    rows = [{"agency": f"第{i % 7}局", "id": str(i)} for i in range(40)]
    for fold in range(5):
        left, right = split_by_body(rows, 5, fold)
        assert len(left) + len(right) == 40
        assert not {r["agency"] for r in left} & {r["agency"] for r in right}
    assert fold_of("云岭县档案局", 5) == fold_of("云岭县档案局", 5)


def test_targets_of_two_labels_share_the_probability():
    examples = [make_example(row) for row in narratives()]
    vocabulary = Vocabulary([*SPECIALS, *sorted(set("".join(e.text for e in examples)))])
    batch = Collator(vocabulary, list(load_labels()), WindowShape())(examples[1:2])
    (row,) = batch["label_targets"]
    assert sorted(row[row > 0].tolist()) == [0.5, 0.5]
    assert batch["period_targets"].tolist() == [0]


def test_variations_keep_spans_on_their_numerals():
    import random

    example = make_example(next(iter(narratives())))
    dice = random.Random(3)
    for _ in range(50):
        varied = vary(example, Augmentation(digits=1, breaks=0.1), dice)
        for before, after in zip(example.targets, varied.targets, strict=True):
            assert len(varied.text[after.start : after.end]) == before.end - before.start
            assert varied.text[after.start : after.end].endswith("条")


def test_offsets_that_cover_something_else_are_an_error(tmp_path):
    row = {"id": "x", "text": "共12条", "figures": [{"start": 0, "end": 2, "text": "12", "label": "other"}]}
    (tmp_path / "x.jsonl").write_text(json.dumps(row), "utf-8")
    with pytest.raises(AnnotationError, match=r"x\.jsonl:1: offsets of '12'"):
        read_jsonl(tmp_path / "x.jsonl")


@pytest.mark.issue("a line separator inside a text broke reading")
def test_a_text_may_hold_a_line_separator(tmp_path):
    row = {"id": "x", "text": "共\u202812条", "figures": [{"start": 2, "end": 5, "text": "12条", "label": "other"}]}
    (tmp_path / "x.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    assert read_jsonl(tmp_path / "x.jsonl") == [row]
