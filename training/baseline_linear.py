"""The linear baseline: logistic regression on character n-grams around each candidate, with places and positions.

What a span says is one class: a label, two labels joined, or none; its period is a second classifier on the same
features.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier

from gxnlp.training.examples import Example

Span = tuple[int, int]
Reading = tuple[tuple[str, ...], str]
"""The labels of a candidate (none where it is no figure) and its period: year, cumulative or other_year."""

_DIGITS = re.compile(r"\d")
_CLAUSE = re.compile(r"[,;:。!?\n]")
_SENTENCE = re.compile(r"[。!?\n]")
_HEADING = re.compile(
    r"(?:^|\n)[ #*]*(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\))([^\n。;,]{2,20})"
)
_BANDS = ((0, 4), (4, 10), (10, 20), (20, 40))
"""Distances from the candidate, in characters, within which an n-gram before it is the same feature."""
_AFTER = 14
_DENIED = 36
_NUMERAL = re.compile(r"[0一二三四五六七八九十百千万两几数]")


class LinearReader:
    """Reads candidates with two linear classifiers; :meth:`fit` before :meth:`read`.

    Args:
        seed: Of the order in which stochastic descent sees the candidates.
        features: Size of the hashed feature space.
    """

    def __init__(self, seed: int = 1, features: int = 2**20) -> None:
        self._hasher = FeatureHasher(features, input_type="string", alternate_sign=False, dtype="float32")
        self._seed = seed

    def fit(self, examples: Sequence[Example]) -> LinearReader:
        """Learn from annotated narratives; returns itself."""
        rows, labels, periods = [], [], []
        for example in examples:
            rows += features_of(example.text, [(t.start, t.end) for t in example.targets])
            labels += ["+".join(sorted(t.labels)) for t in example.targets]
            periods += [t.period for t in example.targets]
        matrix = self._matrix(rows)
        figures = [i for i, label in enumerate(labels) if label]
        self._label = self._classifier(matrix, labels)
        self._period = self._classifier(matrix[figures], [periods[i] for i in figures])
        return self

    def read(self, text: str, spans: Sequence[Span]) -> list[Reading]:
        """Return what each candidate of a normalised text says, in order."""
        if not spans:
            return []
        matrix = self._matrix(features_of(text, spans))
        labels, periods = self._label.predict(matrix), self._period.predict(matrix)
        return [
            (tuple(str(label).split("+")) if label else (), str(period))
            for label, period in zip(labels, periods, strict=True)
        ]

    def _classifier(self, matrix: csr_matrix, classes: list[str]) -> SGDClassifier | DummyClassifier:
        if len(set(classes)) == 1:  # a few narratives may all speak of the report's own year
            return DummyClassifier().fit(matrix, classes)
        descent = SGDClassifier(
            loss="log_loss", alpha=3e-6, max_iter=12, tol=None, average=True, random_state=self._seed
        )
        return descent.fit(matrix, classes)

    def _matrix(self, rows: Iterable[list[str]]) -> csr_matrix:
        matrix = self._hasher.transform(rows)
        matrix.data[:] = 1.0  # that an n-gram stands there, not how often
        return matrix


def features_of(text: str, spans: Sequence[Span]) -> list[list[str]]:
    """Return the names of the features of every candidate of a normalised text."""
    # One digit is like another, and a number of five digits unlike one of two.
    plain = _DIGITS.sub("0", text)
    headings = [(m.start(), m[1]) for m in _HEADING.finditer(text)]
    rows: list[list[str]] = []
    for index, (start, end) in enumerate(spans):
        sentence = max((m.end() for m in _SENTENCE.finditer(plain, max(0, start - 300), start)), default=0)
        clause = max((m.end() for m in _CLAUSE.finditer(plain, sentence, start)), default=sentence)
        stop = _CLAUSE.search(plain, end)
        after = plain[end : min(end + _AFTER, stop.start() if stop else len(plain))]
        earlier = [span for span in spans[:index] if span[0] >= sentence]
        row = [f"is={plain[start:end]}", f"unit={plain[start:end].lstrip('0.,')}", f"nth={min(len(earlier), 6)}"]
        row += [f"length={end - start}", f"ends={plain[end : end + 1]}", f"opens={plain[clause : clause + 2]}"]
        if earlier:
            before, last = plain[slice(*earlier[-1])].lstrip("0.,"), plain[start:end].lstrip("0.,")
            row += [
                f"same unit={before == last}",
                f"clauses since={min(3, len(_CLAUSE.findall(plain, earlier[-1][1], start)))}",
            ]
        for near, far in _BANDS:
            row += _grams(f"-{near}", plain[max(0, start - far) : start - near], sizes=(2, 3, 4))
        row += _grams("clause", plain[clause:start])
        row += _grams("clause after", after)
        if not _NUMERAL.search(plain[start:end]):
            # What a denial denies stands after it, over commas too.
            full = _SENTENCE.search(plain, end)
            row += _grams("denied", plain[end : min(end + _DENIED, full.start() if full else len(plain))], sizes=(2, 3))
        row += _grams("sentence", plain[sentence:start], sizes=(2, 3))
        row += [f"just before={plain[max(0, start - n) : start]}" for n in (1, 2, 3, 4, 6)]
        row += [f"just after={after[:n]}" for n in (1, 2, 3, 4)]
        above = [title for place, title in headings if place < start]
        row += _grams("heading", above[-1] if above else "", sizes=(2,))
        rows.append(row)
    return rows


def _grams(name: str, text: str, sizes: Sequence[int] = (1, 2, 3, 4)) -> Iterator[str]:
    return (f"{name}:{text[i : i + n]}" for n in sizes for i in range(len(text) - n + 1))
