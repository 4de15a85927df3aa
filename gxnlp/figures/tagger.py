"""The tagger at work: text in, figures out, on ONNX Runtime (CPU) or torch (CUDA)."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from gxnlp.document import Block, Document
from gxnlp.errors import ModelError
from gxnlp.figures.backends import Array, Backend, load_backend
from gxnlp.figures.candidates import Candidate, find_candidates
from gxnlp.figures.periods import other_year, report_year
from gxnlp.figures.sentences import split_sentences
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.figures.windows import Window, WindowShape, make_windows
from gxnlp.schema import Figure
from gxnlp.view import View

MODEL_FORMAT = 1
_SUBJECT_LENGTH = 40
_LONGEST = 96
"""Characters of a candidate: a longer run of digits is no figure, and would not fit into a window."""


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """What ``tagger.json`` beside a model holds.

    Attributes:
        labels: Label names in the model's order, without none.
        temperature: Divides the label logits before softmax, so that scores are probabilities.
        threshold: Least probability of being a figure at all.
        second: Least probability of a further label on the same span.
        together: Pairs of labels, in alphabetical order, that one span may bear.
        shape: Context sizes the model was trained with.
    """

    labels: tuple[str, ...]
    temperature: float = 1.0
    threshold: float = 0.5
    second: float = 0.15
    together: frozenset[tuple[str, str]] = frozenset()
    shape: WindowShape = field(default_factory=WindowShape)

    @classmethod
    def load(cls, path: Path) -> TaggerSettings:
        """Read settings.

        Raises:
            ModelError: The file is missing, broken, or of another format version.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: no tagger settings ({error})") from error
        if data.get("format") != MODEL_FORMAT:
            raise ModelError(f"{path}: model format {data.get('format')!r}, this version reads {MODEL_FORMAT}")
        return cls(
            labels=tuple(data["labels"]),
            temperature=data["temperature"],
            threshold=data["threshold"],
            second=data["second"],
            together=frozenset((first, second) for first, second in data["together"]),
            shape=WindowShape(**data["shape"]),
        )


class Tagger:
    """Finds and labels the narrative figures of a text.

    Args:
        backend: Runs the network.
        vocabulary: Characters to ids.
        settings: Labels and thresholds.
    """

    def __init__(self, backend: Backend, vocabulary: Vocabulary, settings: TaggerSettings) -> None:
        self.backend, self.vocabulary, self.settings = backend, vocabulary, settings

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        threads: int = 0,
        device: str = "cpu",
        backend: Backend | None = None,
    ) -> Tagger:
        """Load a model folder; None is the model that ships with the package.

        Args:
            path: The folder.
            threads: Windows read side by side on the CPU; 0 is the number of cores.
            device: ``cpu`` runs ``model.onnx`` on ONNX Runtime; ``cuda``, ``cuda:1`` … run ``model.safetensors`` on
                torch in bfloat16.
            backend: Runs the network instead, wherever that is.

        Raises:
            ModelError: The folder lacks a file or is of another version.
            MissingExtraError: The device needs torch, which is not installed.
        """
        folder = Path(path) if path is not None else default_model_path()
        settings = TaggerSettings.load(folder / "tagger.json")
        backend = backend or load_backend(folder, threads=threads, device=device)
        return cls(backend, Vocabulary.load(folder / "vocab.txt"), settings)

    def tag(self, text: str, *, year: int | None = None) -> list[Figure]:
        """Return the figures of a text, in order; offsets are into the text as given.

        Args:
            text: Prose of one report, or a piece of it.
            year: The year of the report; guessed from the text where not given.
        """
        return self.tag_many([text], years=[year])[0]

    def tag_document(self, document: Document, prose: Sequence[Block], *, year: int | None = None) -> list[Figure]:
        """Return the figures of a document's prose blocks; all else is blanked out so that offsets stay."""
        return self.tag(blank_all_but(document.text, prose), year=year)

    def tag_many(self, texts: Sequence[str], *, years: Sequence[int | None] | None = None) -> list[list[Figure]]:
        """Tag several texts at once; windows of all texts share batches of like length."""
        prepared = [_Prepared(text, self.vocabulary, self.settings.shape) for text in texts]
        # The longest first: a long window that comes last would keep one core busy and leave the others idle.
        order = sorted(
            ((i, window) for i, p in enumerate(prepared) for window in p.windows), key=lambda item: -len(item[1].ids)
        )
        results: list[list[Figure]] = [[] for _ in texts]
        chunks = [order[at : at + self.backend.batch] for at in range(0, len(order), self.backend.batch)]

        def read(chunk: list[tuple[int, Window]]) -> list[tuple[int, Figure]]:
            return list(self._run(chunk, prepared, years))

        if self.backend.workers > 1 and len(chunks) > 1:
            with ThreadPoolExecutor(self.backend.workers) as pool:
                found = [figure for part in pool.map(read, chunks) for figure in part]
        else:
            found = [figure for chunk in chunks for figure in read(chunk)]
        for i, figure in found:
            results[i].append(figure)
        for figures in results:
            figures.sort(key=lambda f: (f.start, f.end, self.settings.labels.index(f.label)))
        return results

    def _run(
        self, chunk: Sequence[tuple[int, Window]], prepared: Sequence[_Prepared], years: Sequence[int | None] | None
    ) -> Iterable[tuple[int, Figure]]:
        width = max(len(w.ids) for _, w in chunk)
        ids = np.full((len(chunk), width), self.vocabulary.pad, dtype=np.int64)
        places = []
        for row, (i, window) in enumerate(chunk):
            ids[row, : len(window.ids)] = window.ids
            for member in window.members:
                start, end = prepared[i].spans[member]
                places.append((row, start + window.shift, end - 1 + window.shift, member))
        columns = np.array(places, dtype=np.int64)
        labels, periods, top, starts, ends = self.backend.run(
            {
                "input_ids": ids,
                "attention_mask": (ids != self.vocabulary.pad).astype(np.int64),
                "rows": columns[:, 0],
                "starts": columns[:, 1],
                "ends": columns[:, 2],
            }
        )
        probabilities = softmax(labels / self.settings.temperature)
        for n, (row, _, _, member) in enumerate(places):
            i, window = chunk[row]
            own = prepared[i]
            if 1 - probabilities[n, 0] < self.settings.threshold:
                continue
            for rank, label in enumerate(top[n]):
                if rank and not self._joins(int(top[n, 0]), int(label), float(probabilities[n, label])):
                    continue
                subject = self._subject(own, window, starts[n, rank], ends[n, rank])
                year = years[i] if years else None
                yield i, own.figure(
                    member, self.settings.labels[label - 1], int(periods[n].argmax()), subject,
                    float(probabilities[n, label]), year,
                )  # fmt: skip

    def _joins(self, first: int, other: int, probability: float) -> bool:
        """Whether a further label stands on a span beside its best one."""
        a, b = sorted((self.settings.labels[first - 1], self.settings.labels[other - 1]))
        return probability >= self.settings.second and (a, b) in self.settings.together

    @staticmethod
    def _subject(own: _Prepared, window: Window, starts: Array, ends: Array) -> str | None:
        low = window.start + window.shift
        high = len(window.ids) - 1
        # The best pair of places inside the window's text, against "no subject" at position 0.
        best, span = float(starts[0] + ends[0]), None
        for first in np.argsort(starts[low:high])[-8:] + low:
            stop = min(high, int(first) + _SUBJECT_LENGTH)
            last = int(ends[first:stop].argmax()) + int(first)
            if starts[first] + ends[last] > best:
                best, span = float(starts[first] + ends[last]), (int(first), last)
        if span is None:
            return None
        start, end = own.view.source_span(span[0] - window.shift, span[1] + 1 - window.shift)
        return own.text[start:end]


class _Prepared:
    """One text with its view, candidates, windows and sentences."""

    def __init__(self, text: str, vocabulary: Vocabulary, shape: WindowShape) -> None:
        self.text = text
        found = find_candidates(text)
        self.candidates: list[Candidate] = []
        self.windows: list[Window] = []
        if found:
            self.view = View(text)
            offset = self.view.view_offset
            spans = [(offset(c.start), offset(c.end - 1) + 1) for c in found]
            kept = [i for i, (start, end) in enumerate(spans) if end - start <= _LONGEST]
            self.candidates = [found[i] for i in kept]
            self.spans = [spans[i] for i in kept]
            self.windows = make_windows(self.view.text, self.spans, vocabulary, shape)
            self.sentences = split_sentences(text)
            self._sentence_starts = [start for start, _ in self.sentences]

    def figure(
        self, member: int, label: str, period: int, subject: str | None, score: float, year: int | None
    ) -> Figure:
        """Build the figure of one candidate."""
        candidate = self.candidates[member]
        index = bisect_right(self._sentence_starts, candidate.start) - 1
        sentence = self.sentences[index] if index >= 0 else (candidate.start, candidate.end)
        said = ("year", "cumulative", "")[period] or other_year(
            self.view.text, self.spans[member][0], year or report_year(self.view.text)
        )
        return Figure(
            label=label, text=candidate.text, start=candidate.start, end=candidate.end, value=candidate.value,
            unit=candidate.unit, qualifier=candidate.qualifier, period=said, subject=subject,
            implied=candidate.kind == "zero", score=round(score, 4), sentence_start=sentence[0],
            sentence_end=max(sentence[1], candidate.end),
        )  # fmt: skip


def softmax(logits: Array) -> Array:
    """Return probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    result: Array = shifted / shifted.sum(-1, keepdims=True)
    return result


def blank_all_but(text: str, blocks: Sequence[Block]) -> str:
    r"""Return ``text`` with everything outside the blocks blanked out; the length stays.

    >>> blank_all_but("一二三四五六", [Block("paragraph", 2, 4)])
    '\n 三四\n '
    """
    parts, position = [], 0
    for block in sorted(blocks, key=lambda b: b.start):
        start = max(block.start, position)
        parts += [_blank(start - position), text[start : block.end]]
        position = max(position, block.end)
    return "".join(parts) + _blank(len(text) - position)


def _blank(length: int) -> str:
    # One line break and blanks: the view folds the blanks away, so that a table costs the tagger one token.
    return "\n".ljust(length) if length else ""


def default_model_path() -> Path:
    """Return the folder of the model that ships: in the package, or ``models/`` of a source checkout.

    Raises:
        ModelError: Neither is there.
    """
    packaged = Path(str(files("gxnlp"))) / "models" / "figures"
    checkout = Path(str(files("gxnlp"))).parent / "models" / "figures"
    for folder in (packaged, checkout):
        if (folder / "model.onnx").is_file():
            return folder
    raise ModelError(f"no model at {packaged} or {checkout}; pass the folder of an exported tagger")


@cache
def default_tagger() -> Tagger:
    """Return the shipped tagger, loaded once a process.

    Raises:
        ModelError: The model is not there.
    """
    return Tagger.load()
