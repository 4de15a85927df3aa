"""How far two annotators agree: figures and disagreements over the narratives that both have marked.

``python -m gxnlp.training.agreement annotations/narratives annotations/second`` prints F1 of the second set against the
first (2 x agreeing figures / figures of both) and every disagreement in its context.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gxnlp.errors import AnnotationError
from gxnlp.figures.labels import default_period
from gxnlp.training.inline import Narrative, parse_folder
from gxnlp.training.scoring import Score, add_scores, score
from gxnlp.training.standoff import stand_off

CONTEXT = 18  # characters shown on each side of a disagreement
SHOWN = ("label and span", "label and value", "span", "period", "subject")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One span that two annotators have not marked alike.

    Attributes:
        id: The narrative.
        start: Character offset of the span.
        end: Character offset past the span.
        first: Labels by the first annotator, sorted, ``label@period`` where the period is not the label's usual one;
            empty where the span is not marked.
        second: Labels by the second annotator.
        context: The text around the span, the span in 【】, line ends as ⏎.
    """

    id: str
    start: int
    end: int
    first: tuple[str, ...]
    second: tuple[str, ...]
    context: str

    def __str__(self) -> str:
        first, second = (" + ".join(labels) or "-" for labels in (self.first, self.second))
        return f"{self.id}: {first} | {second} | {self.context}"


def pair(first: Sequence[Narrative], second: Sequence[Narrative]) -> list[tuple[Narrative, Narrative]]:
    """Pair the narratives of the second annotator with the first one's, in the second's order.

    Raises:
        AnnotationError: A narrative is unknown to the first annotator, or its text is another.
    """
    known = {narrative.id: narrative for narrative in first}
    pairs = []
    for narrative in second:
        other = known.get(narrative.id)
        if other is None:
            raise AnnotationError(f"{narrative.id}: the first annotator has no such narrative")
        if other.text != narrative.text:
            raise AnnotationError(f"{narrative.id}: the two annotators have not read the same text")
        pairs.append((other, narrative))
    return pairs


def agreement(pairs: Sequence[tuple[Narrative, Narrative]]) -> dict[str, Score]:
    """Return the agreement by what has to be alike (see :func:`gxnlp.training.scoring.score`), summed over narratives.

    Raises:
        AnnotationError: A mark has no value.
    """
    return add_scores(score(_figures(first), _figures(second)) for first, second in pairs)


def disagreements(pairs: Sequence[tuple[Narrative, Narrative]]) -> list[Disagreement]:
    """Return the spans whose labels or periods differ, in order of narrative and place."""
    found = []
    for first, second in pairs:
        left, right = _labels(first), _labels(second)
        for start, end in sorted(left.keys() | right.keys()):
            own, other = left.get((start, end), ()), right.get((start, end), ())
            if own != other:
                context = _context(first.text, start, end)
                found.append(Disagreement(first.id, start, end, own, other, context))
    return found


def _figures(narrative: Narrative) -> list[Mapping[str, Any]]:
    return cast("list[Mapping[str, Any]]", stand_off(narrative)["figures"])


def _labels(narrative: Narrative) -> dict[tuple[int, int], tuple[str, ...]]:
    labels: dict[tuple[int, int], list[str]] = defaultdict(list)
    for mark in narrative.marks:
        usual = mark.period == default_period(mark.label)
        labels[mark.start, mark.end].append(mark.label if usual else f"{mark.label}@{mark.period}")
    return {place: tuple(sorted(names)) for place, names in labels.items()}


def _context(text: str, start: int, end: int) -> str:
    shown = f"{text[max(0, start - CONTEXT) : start]}【{text[start:end]}】{text[end : end + CONTEXT]}"
    return shown.replace("\n", "⏎")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command named in the module's docstring; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="folder of narratives by the first annotator")
    parser.add_argument("second", type=Path, help="folder of some of them by the second")
    options = parser.parse_args(arguments)
    pairs = pair(parse_folder(options.first), parse_folder(options.second))
    if not pairs:
        parser.error(f"no narratives in {options.second}")
    scores = agreement(pairs)
    counts = scores["span"]
    print(f"{len(pairs)} narratives, {counts.gold} figures by the first annotator, {counts.predicted} by the second")
    for name in SHOWN:
        print(f"{name:16}F1 {scores[name].f1:.4f} ({scores[name].right} alike)")
    for disagreement in disagreements(pairs):
        print(disagreement)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
