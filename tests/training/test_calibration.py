import numpy as np
import pytest

from gxnlp.figures.tagger import Tagger, TaggerSettings
from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.training.calibration import calibration_error, fit_temperature, precision_recall, reliability
from gxnlp.training.probabilities import read_candidates

TEXT = "公开12条，" * 40


class Fixed:
    """A network that says the same of every candidate."""

    batch = workers = 1

    def __init__(self, logits):
        self.logits = np.array(logits, dtype=np.float32)

    def run(self, inputs):
        n, width = len(inputs["rows"]), inputs["input_ids"].shape[1]
        labels = np.tile(self.logits, (n, 1))
        top = np.tile(np.argsort(-self.logits[1:]) + 1, (n, 1))
        subject = np.zeros((n, top.shape[1], width), dtype=np.float32)
        return labels, np.zeros((n, 3), dtype=np.float32), top, subject, subject


def tagger(logits, **settings):
    labels = ("items_total", "items_category")
    return Tagger(Fixed(logits), Vocabulary([*SPECIALS, *sorted(set(TEXT))]), TaggerSettings(labels, **settings))


def row(right):
    """Forty figures, of which so many are items_total."""
    places = [at + 2 for at in range(0, len(TEXT), 6)]
    return {
        "id": "a", "text": TEXT,
        "figures": [
            {"label": "items_total" if n < right else "items_category", "start": at, "end": at + 3}
            for n, at in enumerate(places)
        ],
    }  # fmt: skip


@pytest.mark.parametrize("heat", [0.5, 1.0, 3.0])
def test_the_temperature_is_the_one_that_the_scores_were_heated_by(heat):
    sure = np.log([1e-6, 0.8, 0.2]) * heat
    temperature, plain, fitted = fit_temperature(tagger(sure, temperature=7.0), [row(32)])
    assert temperature == pytest.approx(heat, rel=0.01)
    assert fitted == pytest.approx(-(0.8 * np.log(0.8) + 0.2 * np.log(0.2)), abs=1e-3)
    assert plain >= fitted


def test_nothing_to_fit_on_leaves_scores_alone():
    assert fit_temperature(tagger([0, 1, 2]), []) == (1.0, 0.0, 0.0)
    assert fit_temperature(tagger([0, 1, 2]), [{"text": "依法行政。", "figures": []}]) == (1.0, 0.0, 0.0)


def test_two_labels_of_a_span_share_the_probability():
    both = [{"label": name, "start": 2, "end": 5} for name in ("items_total", "items_category")]
    rows = [{"text": "公开12条", "figures": both}]
    _, _, fitted = fit_temperature(tagger([-9, 1, 1]), rows)
    assert fitted == pytest.approx(np.log(2), abs=1e-3)


def test_margins_are_between_the_two_likeliest_readings():
    (reading,) = read_candidates(tagger(np.log([0.1, 0.2, 0.7])), [TEXT])
    assert len(reading.candidates) == 40
    assert reading.margins() == pytest.approx([0.5] * 40, abs=1e-6)
    assert reading.probabilities().sum(-1) == pytest.approx([1] * 40)
    assert reading.margins(100.0).max() < 0.02
    (empty,) = read_candidates(tagger([0, 0, 0]), [""])
    assert empty.margins().shape == (0,)


def test_calibration_error_weighs_bins_by_what_they_hold():
    scored = [(0.95, True)] * 8 + [(0.95, False)] * 2 + [(0.35, False)] * 10 + [(1.0, True)]
    bins = reliability(scored)
    assert [(b.low, b.count, round(b.right, 3)) for b in bins] == [(0.3, 10, 0.0), (0.9, 11, round(9 / 11, 3))]
    assert calibration_error(bins) == pytest.approx((10 * 0.35 + abs(10.5 - 9)) / 21)
    assert calibration_error(reliability([])) == 0


def test_the_curve_has_one_point_a_score_and_counts_what_is_never_said():
    points = precision_recall([(0.9, True), (0.5, False), (0.9, True), (0.2, True)], gold=5)
    assert [(p.threshold, p.precision, p.recall) for p in points] == [
        (0.9, 1.0, 0.4), (0.5, pytest.approx(2 / 3), 0.4), (0.2, 0.75, 0.6),
    ]  # fmt: skip
    assert points[-1].f1 == pytest.approx(2 * 3 / 9)
    assert precision_recall([], gold=3) == []
