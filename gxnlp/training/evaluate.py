"""What a tagger is worth on annotated text: strict scores, by label, and the errors in context.

python -m gxnlp.training.evaluate annotations/test.jsonl [--model DIR] [--errors] [--json]
python -m gxnlp.training.evaluate --reports FOLDER --gold FOLDER

The first form tags the narratives of stand-off JSONL; the second reads whole reports (``NAME.txt`` with
``NAME.figures.json`` beside it or in the gold folder) and tags their prose as ``gxnlp extract`` does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gxnlp.figures.tagger import Tagger
from gxnlp.training.scoring import Score, add_scores, score, score_by_label

Row = Mapping[str, Any]


@dataclass
class Evaluation:
    """Scores summed over texts.

    Attributes:
        scores: By what has to be right; see :func:`gxnlp.training.scoring.score`.
        folded: The same with labels of one family as one.
        by_label: Label-and-value scores by label.
        confusion: How often a span's gold labels were read as others, most frequent first.
        errors: One line an error: text id, gold, predicted, context.
    """

    scores: dict[str, Score] = field(default_factory=dict)
    folded: dict[str, Score] = field(default_factory=dict)
    by_label: dict[str, Score] = field(default_factory=dict)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, text: str, gold: Sequence[Row], predicted: Sequence[Row]) -> None:
        """Count one text in."""
        self.scores = add_scores([self.scores, score(gold, predicted)])
        self.folded = add_scores([self.folded, score(gold, predicted, fold=True)])
        self.by_label = add_scores([self.by_label, score_by_label(gold, predicted)])
        left, right = _labels_by_span(gold), _labels_by_span(predicted)
        for start, end in sorted(left.keys() | right.keys()):
            was, said = left.get((start, end), "-"), right.get((start, end), "-")
            if was != said:
                self.confusion[was, said] += 1
                context = f"{text[max(0, start - 40) : start]}[{text[start:end]}]{text[end : end + 12]}"
                self.errors.append(f"{name}\t{was}\t{said}\t{' '.join(context.split())}")

    def lines(self) -> Iterable[str]:
        """Yield the evaluation as text."""
        for name, value in self.scores.items():
            yield f"{name:18}{value}"
        yield f"{'families folded':18}{self.folded['label and value']}"
        yield "by label"
        for name, value in self.by_label.items():
            yield f"  {name:24}{value}"
        yield "confusions"
        for (was, said), count in self.confusion.most_common(20):
            yield f"  {count:4} {was} -> {said}"


def _labels_by_span(figures: Iterable[Row]) -> dict[tuple[int, int], str]:
    labels: dict[tuple[int, int], list[str]] = {}
    for figure in figures:
        labels.setdefault((figure["start"], figure["end"]), []).append(figure["label"])
    return {span: "+".join(sorted(names)) for span, names in labels.items()}


def evaluate_narratives(tagger: Tagger, rows: Sequence[Row]) -> Evaluation:
    """Score a tagger on stand-off narratives."""
    evaluation = Evaluation()
    results = tagger.tag_many([row["text"] for row in rows], years=[row.get("year") or None for row in rows])
    for row, figures in zip(rows, results, strict=True):
        evaluation.add(row["id"], row["text"], row["figures"], [f.model_dump() for f in figures])
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
        print("\n".join(evaluation.errors))
    return 0


if __name__ == "__main__":
    sys.exit(main())
