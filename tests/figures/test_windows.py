from hypothesis import given
from hypothesis import strategies as st

from gxnlp.figures.vocabulary import SPECIALS, Vocabulary
from gxnlp.figures.windows import WindowShape, make_windows

VOCABULARY = Vocabulary([*SPECIALS, "\n", *"0123456789公开条件、(一)申请。"])


@st.composite
def text_with_spans(draw):
    text = draw(st.text("公开1条\n。", min_size=1, max_size=900))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=40)))
    return text, [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if b - a <= 20]


@given(text_with_spans(), st.sampled_from([WindowShape(), WindowShape(8, 4, 40)]))
def test_every_candidate_falls_into_one_window_whole(case, shape):
    text, spans = case
    windows = make_windows(text, spans, VOCABULARY, shape)
    assert [m for w in windows for m in w.members] == list(range(len(spans)))
    for window in windows:
        for member in window.members:
            start, end = spans[member]
            assert window.ids[start + window.shift : end + window.shift] == VOCABULARY.encode(text[start:end])
            assert end + window.shift < len(window.ids)


def test_text_without_candidates_costs_nothing():
    assert make_windows("公开" * 500, [], VOCABULARY) == []


def test_the_heading_above_stands_in_front():
    text = "(一)申请\n" + "公开、" * 100 + "3件"
    (window,) = make_windows(text, [(len(text) - 2, len(text))], VOCABULARY)
    assert window.ids[1:6] == VOCABULARY.encode("(一)申请")
