"""What a tagger makes of every candidate, whether it calls it a figure or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gxnlp.figures.backends import Array
from gxnlp.figures.candidates import Candidate, find_candidates
from gxnlp.figures.tagger import Tagger, softmax
from gxnlp.figures.windows import make_windows
from gxnlp.view import View


@dataclass(frozen=True, slots=True)
class Readings:
    """The candidates of one text as the network reads them.

    Attributes:
        candidates: All N of them, in order.
        logits: (N, C) label logits, none first, then the tagger's labels.
    """

    candidates: tuple[Candidate, ...]
    logits: Array

    def probabilities(self, temperature: float = 1.0) -> Array:
        """Return (N, C) probabilities that sum to 1 over none and the labels."""
        return softmax(self.logits / temperature)

    def margins(self, temperature: float = 1.0) -> Array:
        """Return (N,) distances between the two likeliest readings, 0 for a coin tossed and 1 for no doubt at all."""
        best = np.sort(self.probabilities(temperature), axis=-1)
        margins: Array = best[:, -1] - best[:, -2]
        return margins


def read_candidates(tagger: Tagger, texts: Sequence[str]) -> list[Readings]:
    """Return what a tagger makes of every candidate of some texts."""
    return [_read(tagger, text) for text in texts]


def _read(tagger: Tagger, text: str) -> Readings:
    candidates = find_candidates(text)
    view = View(text)
    spans = [(view.view_offset(c.start), view.view_offset(c.end - 1) + 1) for c in candidates]
    parts = [np.zeros((0, len(tagger.settings.labels) + 1), dtype=np.float32)]
    for window in make_windows(view.text, spans, tagger.vocabulary, tagger.settings.shape):
        places = np.array([spans[member] for member in window.members], dtype=np.int64) + window.shift
        ids = np.array([window.ids], dtype=np.int64)
        labels, *_ = tagger.backend.run(
            {
                "input_ids": ids,
                "attention_mask": np.ones_like(ids),
                "rows": np.zeros(len(places), dtype=np.int64),
                "starts": places[:, 0],
                "ends": places[:, 1] - 1,
            }
        )
        parts.append(labels)
    return Readings(tuple(candidates), np.concatenate(parts))
