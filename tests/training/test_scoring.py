import pytest

from gxnlp.training.scoring import Score, add_scores, score, score_by_label


def figure(label, start, value, **more):
    return {"label": label, "start": start, "end": start + 2, "value": value, "period": "year", "qualifier": "exact",
            "subject": None, **more}  # fmt: skip


def test_a_figure_is_right_when_label_and_value_are():
    gold = [figure("items_total", 0, "10"), figure("items_category", 5, "3"), figure("reviews", 9, "0")]
    predicted = [figure("items_total", 0, "10.0"), figure("items_channel", 5, "3"), figure("reviews", 20, "0")]
    scores = score(gold, predicted)
    assert scores["label and value"] == Score(2, 3, 3)
    assert scores["label and span"] == Score(1, 3, 3)
    assert scores["span"] == Score(2, 3, 3)
    assert score(gold, predicted, fold=True)["label and value"] == Score(3, 3, 3)


def test_repeated_figures_count_once_each():
    gold = [figure("other", 0, "1")]
    scores = score(gold, [figure("other", 0, "1"), figure("other", 0, "1")])
    assert scores["label and value"] == Score(1, 2, 1)


def test_sums_are_micro_averages():
    total = add_scores([{"x": Score(1, 2, 3)}, {"x": Score(3, 3, 3), "y": Score(0, 0, 1)}])
    assert total["x"] == Score(4, 5, 6)
    assert total["x"].f1 == pytest.approx(8 / 11)
    assert (total["y"].precision, total["y"].recall, total["y"].f1) == (0, 0, 0)


def test_by_label():
    rows = score_by_label([figure("fees", 0, "0")], [figure("fees", 0, "0"), figure("other", 4, "2")])
    assert rows == {"fees": Score(1, 1, 1), "other": Score(0, 1, 0)}
