"""A smaller vocabulary changes nothing where its characters do; and what is exported from half precision runs."""

import json
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from gxnlp.errors import ModelError  # noqa: E402
from gxnlp.figures.backends import TorchBackend  # noqa: E402
from gxnlp.figures.network import FigureTagger  # noqa: E402
from gxnlp.figures.tagger import Tagger, default_model_path, default_tagger  # noqa: E402
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary  # noqa: E402
from gxnlp.training.export import export_onnx, save_half  # noqa: E402
from gxnlp.training.prune import choose_entries, count_characters, prune_vocabulary  # noqa: E402

TEXT = "2020年，我局主动公开信息1,243条，其中财政20条。收到申请5件，未发生行政复议、行政诉讼。"


@pytest.fixture(scope="module")
def pruned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pruned")
    whole = default_tagger().vocabulary
    prune_vocabulary(default_model_path(), folder, choose_entries(whole, count_characters([TEXT]), 1))
    return folder


def exact(folder):
    settings = default_tagger().settings
    return Tagger(TorchBackend(folder, "cpu", half=False), Vocabulary.load(folder / "vocab.txt"), settings)


def test_predictions_without_pruned_characters_are_identical(pruned):
    whole, small = exact(default_model_path()), exact(pruned)
    assert len(small.vocabulary) < len(whole.vocabulary) / 10
    assert small.tag(TEXT) == whole.tag(TEXT) != []


def test_pruned_characters_are_unknown(pruned):
    small = exact(pruned)
    assert "村" in default_tagger().vocabulary
    assert small.vocabulary.encode("村条") == [small.vocabulary.unknown, small.vocabulary.encode("条")[0]]
    assert small.tag("村村县公开信息12条。")


def test_the_pruned_model_is_smaller_in_file_and_configuration(pruned):
    size = (default_model_path() / "model.safetensors").stat().st_size
    rows = len(default_tagger().vocabulary) - len(Vocabulary.load(pruned / "vocab.txt"))
    half_precision_rows = rows * 384 * 2
    assert (pruned / "model.safetensors").stat().st_size < size - 0.9 * half_precision_rows
    config = json.loads((pruned / "config.json").read_text("utf-8"))
    recipe = json.loads((pruned / "recipe.json").read_text("utf-8"))
    assert config["vocab_size"] == recipe["pruned"]["characters"] == len(Vocabulary.load(pruned / "vocab.txt"))


def test_marks_digits_and_specials_stay():
    kept = choose_entries(Vocabulary([*SPECIALS, "\n", "7", "，", "条", "鑫"]), {"条": 3}, 2)
    assert kept.entries == (*SPECIALS, "\n", "7", "，", "条")


def test_an_entry_that_the_model_lacks_is_a_typed_error(tmp_path):
    with pytest.raises(ModelError, match=r"'\U00020000' and 0 more entries are not in it"):
        prune_vocabulary(default_model_path(), tmp_path / "x", Vocabulary([*SPECIALS, "\U00020000"]))


def test_pruning_in_place_is_a_typed_error():
    with pytest.raises(ModelError, match="elsewhere"):
        prune_vocabulary(default_model_path(), default_model_path(), Vocabulary(SPECIALS))


def test_weights_that_do_not_fit_the_vocabulary_are_a_typed_error(pruned, tmp_path):
    for name in ("model.safetensors", "config.json"):
        (tmp_path / name).write_bytes((pruned / name).read_bytes())
    default_tagger().vocabulary.save(tmp_path / "vocab.txt")
    with pytest.raises(ModelError, match="rows for a vocabulary of"):
        prune_vocabulary(tmp_path, tmp_path / "small", Vocabulary(SPECIALS))


@pytest.mark.issue("a graph exported from half-precision weights did not load")
def test_export_from_half_precision_gives_the_scores_of_torch(pruned, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        export_onnx(pruned, tmp_path, quantize=False)
    save_half(pruned, tmp_path)
    assert FigureTagger.from_pretrained(tmp_path).dtype == torch.float16
    plain, reference = Tagger.load(tmp_path), exact(pruned)
    for mine, theirs in zip(plain.tag(TEXT), reference.tag(TEXT), strict=True):
        assert (mine.label, mine.start, mine.period, mine.subject) == (
            theirs.label,
            theirs.start,
            theirs.period,
            theirs.subject,
        )
        assert np.isclose(mine.score, theirs.score, atol=1e-3)
