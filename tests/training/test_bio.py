"""BIO tagging, which candidates are compared with: paths, spans, and a network that learns."""

import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("transformers", reason="needs the train extra")

from tiny import narratives, write_encoder, write_rows

from gxnlp.training.config import TrainingConfig
from gxnlp.training.evaluate import evaluate_narratives
from gxnlp.training.standoff import read_jsonl

RECIPES = Path(__file__).parents[2] / "training"
OUTSIDE, B_A, I_A, B_B, I_B = range(5)


@pytest.fixture(scope="module")
def bio():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(RECIPES)
        import bio

        yield bio


def scores(*rows):
    return np.log(np.array(rows, dtype=float) + 1e-6)


def test_a_path_goes_on_only_from_its_own_label(bio):
    free = scores([0.1, 0.2, 0.6, 0.1, 0], [0.1, 0, 0, 0.1, 0.8], [0.1, 0.2, 0.6, 0.1, 0])
    assert free.argmax(1).tolist() == [I_A, I_B, I_A]
    assert bio.best_path(free) == [B_B, I_B, B_A]
    assert bio.best_path(scores([0.5, 0.4, 0, 0, 0], [0.1, 0.2, 0.7, 0, 0])) == [B_A, I_A]


@pytest.mark.parametrize("seed", range(20))
def test_the_path_is_the_best_of_all(bio, seed):
    from itertools import product

    def allowed(path):
        pairs = zip([OUTSIDE, *path], path, strict=False)
        return all(tag not in (I_A, I_B) or before in (tag - 1, tag) for before, tag in pairs)

    given = np.random.default_rng(seed).normal(size=(4, 5))
    paths = [path for path in product(range(5), repeat=4) if allowed(path)]
    best = max(paths, key=lambda path: sum(given[at, tag] for at, tag in enumerate(path)))
    assert bio.best_path(given) == list(best)


def test_spans_of_a_path(bio):
    path = [OUTSIDE, B_A, I_A, B_A, B_B, I_B, OUTSIDE, B_A]
    assert list(bio.spans_of(path)) == [(1, 3, 0), (3, 4, 0), (4, 6, 1), (7, 8, 0)]
    assert list(bio.spans_of([OUTSIDE])) == []


def test_it_learns_what_it_is_shown(bio, tmp_path):
    (tmp_path / "start").mkdir()
    data = write_rows(tmp_path / "corpus.jsonl", narratives())
    config = TrainingConfig(
        start=write_encoder(tmp_path / "start"), data=[data], output=tmp_path / "run", epochs=60, dropout=0.0,
        head_dropout=0.0, rate=2e-3, head_rate=5e-3, augment=False, save_steps=1000,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        tagger = bio.train_bio(config)
    evaluation = evaluate_narratives(tagger, read_jsonl(data))
    assert evaluation.scores["span"].f1 > 0.8
    assert evaluation.scores["label and value"].f1 > 0.6
