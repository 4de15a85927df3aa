"""What a tagger is worth on annotated text: strict scores, by label, and the errors in context.

python -m gxnlp.training.evaluate annotations/test.jsonl [--model DIR] [--errors] [--json]
python -m gxnlp.training.evaluate --reports FOLDER --gold FOLDER

The first form tags the narratives of stand-off JSONL; the second reads whole reports (``NAME.txt`` with
``NAME.figures.json`` beside it or in the gold folder) and tags their prose as ``gxnlp extract`` does.
``gxnlp evaluate`` does the first for any format, and writes JSON and a page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gxnlp.errors import MissingExtraError
from gxnlp.figures.labels import load_labels
from gxnlp.figures.tagger import Tagger
from gxnlp.training.calibration import calibration_error, precision_recall, reliability
from gxnlp.training.formats import guess_format, is_saved_dataset, read_rows
from gxnlp.training.scoring import Score, add_scores, score, score_by_label

Row = Mapping[str, Any]

BEFORE, AFTER = 40, 12
"""Characters of context around an error."""
ATTRIBUTES = ("period", "qualifier", "subject")


@dataclass(frozen=True, slots=True)
class LabelError:
    """A span that was read as something else than it is.

    Attributes:
        id: The text it stands in.
        start: Character offset of the span.
        end: Character offset past it.
        gold: Its labels, joined by ``+``; ``-`` where it is no figure.
        predicted: What the tagger said.
        before: What stands before it, line breaks and blanks folded.
        text: The span.
        after: What stands after it.
    """

    id: str
    start: int
    end: int
    gold: str
    predicted: str
    before: str
    text: str
    after: str

    def __str__(self) -> str:
        return f"{self.id}\t{self.gold}\t{self.predicted}\t{self.before}[{self.text}]{self.after}"


@dataclass
class Evaluation:
    """Scores summed over texts.

    Attributes:
        texts: How many there are.
        scores: By what has to be right; see :func:`gxnlp.training.scoring.score`.
        folded: The same with labels of one family as one.
        by_label: Label-and-value scores by label.
        confusion: How often a span's gold labels were read as others, most frequent first.
        agreed: How often a span's labels were read as they are, by labels.
        errors: The spans misread, in order of text and place.
        scored: The score of each figure said, and whether its label and span are right.
        lenient: The same with the tagger's threshold lifted, for curves; empty where it was not asked for.
    """

    texts: int = 0
    scores: dict[str, Score] = field(default_factory=lambda: score((), ()))
    folded: dict[str, Score] = field(default_factory=lambda: score((), ()))
    by_label: dict[str, Score] = field(default_factory=dict)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    errors: list[LabelError] = field(default_factory=list)
    scored: list[tuple[float, bool]] = field(default_factory=list)
    lenient: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, name: str, text: str, gold: Sequence[Row], predicted: Sequence[Row]) -> None:
        """Count one text in."""
        self.texts += 1
        self.scores = add_scores([self.scores, score(gold, predicted)])
        self.folded = add_scores([self.folded, score(gold, predicted, fold=True)])
        by_label = add_scores([self.by_label, score_by_label(gold, predicted)])
        ours = {label: place for place, label in enumerate(load_labels())}
        self.by_label = dict(sorted(by_label.items(), key=lambda item: (ours.get(item[0], len(ours)), item[0])))
        self.scored += judged(gold, predicted)
        left, right = _labels_by_span(gold), _labels_by_span(predicted)
        for start, end in sorted(left.keys() | right.keys()):
            was, said = left.get((start, end), "-"), right.get((start, end), "-")
            if was == said:
                self.agreed[was] += 1
            else:
                self.confusion[was, said] += 1
                parts = (text[max(0, start - BEFORE) : start], text[start:end], text[end : end + AFTER])
                self.errors.append(LabelError(name, start, end, was, said, *(" ".join(p.split()) for p in parts)))

    def accuracy(self, attribute: str) -> float:
        """Return the share of figures right in label and span whose period, qualifier or subject is right, too."""
        matched = self.scores["label and span"].right
        return self.scores[attribute].right / matched if matched else 0.0

    def matrix(self, size: int = 12) -> tuple[list[str], list[list[int]]]:
        """Return the labels that are confused most, and how often each (row) was read as each (column).

        What is read as none of them is left out; ``-`` is no figure.
        """
        involved: Counter[str] = Counter()
        for (was, said), count in self.confusion.items():
            involved.update({was: count, said: count})
        names = [name for name, _ in involved.most_common(size)]
        return names, [
            [self.agreed[was] if was == said else self.confusion[was, said] for said in names] for was in names
        ]

    def lines(self) -> Iterable[str]:
        """Yield the evaluation as text."""
        for name, value in self.scores.items():
            yield f"{name:18}{value}"
        yield f"{'families folded':18}{self.folded['label and value']}"
        matched = self.scores["label and span"].right
        told = ", ".join(f"{name} {self.accuracy(name):.3f}" for name in ATTRIBUTES)
        yield f"of {matched} figures with label and span right: {told}"
        if self.scored:
            yield f"calibration error {calibration_error(reliability(self.scored)):.3f} of {len(self.scored)} figures"
        yield "by label"
        for name, value in self.by_label.items():
            yield f"  {name:24}{value}"
        yield "confusions"
        for (was, said), count in self.confusion.most_common(20):
            yield f"  {count:4} {was} -> {said}"

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it: numbers between 0 and 1 to four places."""
        bins = reliability(self.scored)
        names, counts = self.matrix()
        return {
            "texts": self.texts,
            "scores": {name: value.as_dict() for name, value in self.scores.items()},
            "folded": {name: value.as_dict() for name, value in self.folded.items()},
            "accuracy": {name: round(self.accuracy(name), 4) for name in ATTRIBUTES},
            "by_label": {name: value.as_dict() for name, value in self.by_label.items()},
            "confusion": [
                {"gold": was, "predicted": said, "count": count} for (was, said), count in self.confusion.most_common()
            ],
            "matrix": {"labels": names, "counts": counts},
            "calibration": {
                "error": round(calibration_error(bins), 4),
                "bins": [_rounded(asdict(row)) for row in bins],
                "curve": [
                    _rounded(asdict(p)) for p in precision_recall(self.lenient, self.scores["label and span"].gold)
                ],
            },
            "errors": [asdict(error) for error in self.errors],
        }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def judged(gold: Sequence[Row], predicted: Sequence[Row]) -> list[tuple[float, bool]]:
    """Return the score of each predicted figure that bears one, and whether its label and span are right."""
    true = {(f["label"], f["start"], f["end"]) for f in gold}
    return [
        (float(f["score"]), (f["label"], f["start"], f["end"]) in true) for f in predicted if f.get("score") is not None
    ]


def _labels_by_span(figures: Iterable[Row]) -> dict[tuple[int, int], str]:
    labels: dict[tuple[int, int], list[str]] = {}
    for figure in figures:
        labels.setdefault((figure["start"], figure["end"]), []).append(figure["label"])
    return {span: "+".join(sorted(names)) for span, names in labels.items()}


def load_narratives(paths: Sequence[Path], name: str | None = None) -> list[Row]:
    """Read annotated reports to score a tagger by: any format; of a saved dataset, the split that is held out.

    Raises:
        AnnotationError: There is no such file, it is not of the format, or a span is misaligned.
        ConfigError: The format cannot be told.
        MissingExtraError: It is a saved dataset, and ``datasets`` is not installed.
    """
    rows: list[Row] = []
    for path in paths:
        if name is not None or not is_saved_dataset(path):
            rows += read_rows(path, name or guess_format(path))
            continue
        try:
            from gxnlp.training.data import HELD_OUT, TRAIN, read_annotated
        except ImportError as error:
            raise MissingExtraError(f"reading {path}", "train") from error
        splits = read_annotated(path)
        rows += splits.get(HELD_OUT, splits[TRAIN]).to_list()
    return rows


def evaluate_narratives(tagger: Tagger, rows: Sequence[Row], *, curve: bool = False) -> Evaluation:
    """Score a tagger on stand-off narratives.

    Args:
        tagger: The tagger.
        rows: The narratives.
        curve: Tag them a second time with the threshold lifted, for the curve of precision and recall.
    """
    evaluation = Evaluation()
    texts, years = [row["text"] for row in rows], [row.get("year") or None for row in rows]
    for row, figures in zip(rows, tagger.tag_many(texts, years=years), strict=True):
        evaluation.add(row["id"], row["text"], row["figures"], [f.model_dump() for f in figures])
    if curve:
        lenient = Tagger(tagger.backend, tagger.vocabulary, replace(tagger.settings, threshold=0.0))
        for row, figures in zip(rows, lenient.tag_many(texts, years=years), strict=True):
            evaluation.lenient += judged(row["figures"], [f.model_dump() for f in figures])
    return evaluation


def evaluate_reports(tagger: Tagger, reports: Path, gold: Path) -> Evaluation:
    """Score a tagger on whole reports, read and cut into prose as ``extract`` does."""
    from gxnlp.reading import read
    from gxnlp.report.build import extract_document

    evaluation = Evaluation()
    for path in sorted(gold.glob("*.figures.json")):
        document = read(reports / path.name.replace(".figures.json", ".txt"))
        record = extract_document(document, tagger=tagger)
        truth = json.loads(path.read_text("utf-8"))
        evaluation.add(path.name.split(".")[0], document.text, truth, [f.model_dump() for f in record.figures])
    return evaluation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command named in the module's docstring; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*", help="stand-off JSONL")
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--errors", action="store_true", help="print every error in context")
    parser.add_argument("--json", action="store_true", help="print scores as JSON")
    options = parser.parse_args(arguments)
    if not options.data and not options.gold:
        parser.error("give narratives, or --reports and --gold")
    tagger = Tagger.load(options.model)
    if options.gold:
        evaluation = evaluate_reports(tagger, options.reports or options.gold, options.gold)
    else:
        from gxnlp.training.standoff import read_jsonl

        evaluation = evaluate_narratives(tagger, [row for path in options.data for row in read_jsonl(path)])
    if options.json:
        scores = {name: round(value.f1, 4) for name, value in evaluation.scores.items()}
        print(json.dumps(scores | {"families folded": round(evaluation.folded["label and value"].f1, 4)}))
    else:
        print("\n".join(evaluation.lines()))
    if options.errors:
        print("\n".join(map(str, evaluation.errors)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
