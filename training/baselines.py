"""What the tagger is compared with, on the same candidates, split and scores: regular expressions and a linear model.

    python training/baselines.py annotations/narratives --fold 0
    python training/baselines.py annotations/narratives --all-folds
    python training/baselines.py annotations/narratives --reports ../shared/seeds --gold ../shared/gold
    python training/baselines.py annotations/narratives --fold 0 --tagger runs/figures-scratch

The folds are those of the tagger (`gxnlp.training.train.split_by_body`): the linear model learns from the other bodies
and is scored on those held out. With `--reports` it learns from all narratives and is scored on real reports, beside
the tagger that ships. `--tagger` adds a tagger trained with the same fold held out; `training/figures-scratch.json` is
the recipe of one without pretraining. `--errors` prints what each got wrong.
"""

from __future__ import annotations

import argparse
import json
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from baseline_linear import LinearReader
from baseline_rules import RuleReader

from gxnlp.document import Block, Document
from gxnlp.figures.candidates import find_candidates
from gxnlp.figures.labels import load_labels
from gxnlp.figures.periods import other_year, report_year
from gxnlp.figures.sentences import split_sentences
from gxnlp.figures.tagger import Tagger, blank_all_but
from gxnlp.schema import Figure
from gxnlp.training.evaluate import Evaluation, evaluate_narratives, evaluate_reports
from gxnlp.training.examples import make_example
from gxnlp.training.inline import parse_folder
from gxnlp.training.scoring import add_scores
from gxnlp.training.standoff import stand_off
from gxnlp.training.train import split_by_body
from gxnlp.view import View

COLUMNS = ("label and value", "folded", "label and span", "span", "period")


class Reader(Protocol):
    """Says what the candidates of a normalised text mean."""

    def read(self, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[tuple[str, ...], str]]:
        """Return labels and period of each candidate; no label where it is no figure."""


class BaselineTagger:
    """A reader behind the tagger's interface, so that both are scored by the same code."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def tag_many(self, texts: Sequence[str], *, years: Sequence[int | None]) -> list[list[Figure]]:
        """Return the figures of several texts."""
        return [self._tag(text, year) for text, year in zip(texts, years, strict=True)]

    def tag_document(self, document: Document, prose: Sequence[Block], *, year: int | None = None) -> list[Figure]:
        """Return the figures of a document's prose."""
        return self._tag(blank_all_but(document.text, prose), year)

    def _tag(self, text: str, year: int | None) -> list[Figure]:
        candidates, view = find_candidates(text), View(text)
        spans = [(view.view_offset(c.start), view.view_offset(c.end - 1) + 1) for c in candidates]
        sentences = split_sentences(text)
        starts = [start for start, _ in sentences]
        figures = []
        for candidate, span, (labels, period) in zip(
            candidates, spans, self.reader.read(view.text, spans), strict=True
        ):
            if period == "other_year":
                period = other_year(view.text, span[0], year or report_year(view.text))
            sentence = sentences[max(0, bisect_right(starts, candidate.start) - 1)]
            figures += [
                Figure(
                    label=label, text=candidate.text, start=candidate.start, end=candidate.end, value=candidate.value,
                    unit=candidate.unit, qualifier=candidate.qualifier, period=period, subject=None,
                    implied=candidate.kind == "zero", score=1.0, sentence_start=sentence[0], sentence_end=sentence[1],
                )
                for label in labels
            ]  # fmt: skip
        return figures


def merge(evaluations: Iterable[Evaluation]) -> Evaluation:
    """Add up the evaluations of several folds."""
    total = Evaluation()
    for one in evaluations:
        total.scores = add_scores([total.scores, one.scores])
        total.folded = add_scores([total.folded, one.folded])
        total.by_label = add_scores([total.by_label, one.by_label])
        total.confusion += one.confusion
        total.errors += one.errors
    return total


def learn(rows: Sequence[dict[str, Any]]) -> BaselineTagger:
    """Return the linear baseline of these narratives."""
    return BaselineTagger(LinearReader().fit([make_example(row) for row in rows]))


def tagger_of_fold(folder: Path, fold: int) -> Tagger:
    """Load a trained tagger with the exact weights, after making sure that it has not seen the fold.

    Raises:
        SystemExit: Its recipe says that it was trained on these bodies.
    """
    from gxnlp.figures.backends import TorchBackend
    from gxnlp.figures.tagger import TaggerSettings
    from gxnlp.figures.vocabulary import Vocabulary

    trained = json.loads((folder / "recipe.json").read_text("utf-8"))["config"]["fold"]
    if trained != fold:
        raise SystemExit(f"{folder}: trained with fold {trained} held out, not {fold}")
    backend = TorchBackend(folder, "cpu", half=False)
    return Tagger(backend, Vocabulary.load(folder / "vocab.txt"), TaggerSettings.load(folder / "tagger.json"))


def print_table(title: str, results: dict[str, list[Evaluation]]) -> None:
    """Print F1 of each contender, summed over folds, and how its label and value varies from fold to fold."""
    print(f"\n{title}\n{'F1':24}" + "".join(f"{name:>17}" for name in COLUMNS) + "   by fold")
    for name, evaluations in results.items():
        total = merge(evaluations)
        scores = {**total.scores, "folded": total.folded["label and value"]}
        line = f"{name:24}" + "".join(f"{scores[column].f1:17.3f}" for column in COLUMNS)
        folds = [e.scores["label and value"].f1 for e in evaluations]
        if len(folds) > 1:
            line += f"   {' '.join(f'{f1:.3f}' for f1 in folds)}, sd {statistics.stdev(folds):.3f}"
        print(line)


def print_labels(results: dict[str, list[Evaluation]]) -> None:
    """Print F1 on label and value by label."""
    totals = {name: merge(evaluations).by_label for name, evaluations in results.items()}
    print(f"\n{'by label':24}{'gold':>6}" + "".join(f"{name:>22}" for name in totals))
    for label in load_labels():
        gold = max((by_label[label].gold for by_label in totals.values() if label in by_label), default=0)
        if not gold:
            continue
        cells = (f"{by_label[label].f1:22.3f}" if label in by_label else f"{'-':>22}" for by_label in totals.values())
        print(f"{label:24}{gold:6}" + "".join(cells))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named in the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("narratives", type=Path, help="a folder in the authoring format")
    parser.add_argument("--fold", type=int, help="the fold of bodies to hold out and score")
    parser.add_argument("--all-folds", action="store_true", help="all folds in turn, scores summed")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--reports", type=Path, help="real reports to score on")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--tagger", type=Path, help="a trained tagger that held out the same fold")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args(arguments)
    if options.fold is None and not options.all_folds and not options.reports:
        parser.error("say what to score on: --fold N, --all-folds, --reports FOLDER")
    rows = [stand_off(narrative) for narrative in parse_folder(options.narratives)]
    rules = BaselineTagger(RuleReader())

    results: dict[str, list[Evaluation]] = {}
    folds = range(options.folds) if options.all_folds else [] if options.fold is None else [options.fold]
    for fold in folds:
        train, held_out = split_by_body(rows, options.folds, fold)
        contenders: dict[str, Any] = {"regular expressions": rules, "linear model": learn(train)}
        if options.tagger:
            contenders[str(options.tagger)] = tagger_of_fold(options.tagger, fold)
        for name, tagger in contenders.items():
            results.setdefault(name, []).append(evaluate_narratives(tagger, held_out))
    if results:
        print_table(f"bodies held out, {len(rows)} narratives, fold {', '.join(map(str, folds))}", results)
        print_labels(results)
    shown = dict(results)
    if options.reports:
        real: dict[str, list[Evaluation]] = {}
        contenders = {"regular expressions": rules, "linear model": learn(rows), "the model that ships": Tagger.load()}
        for name, tagger in contenders.items():
            real[name] = [evaluate_reports(tagger, options.reports, options.gold or options.reports)]
        print_table(f"real reports, {options.reports}", real)
        print_labels(real)
        shown |= {f"{name}, real reports": evaluations for name, evaluations in real.items()}
    if options.errors:
        for name, evaluations in shown.items():
            print(f"\nerrors: {name}")
            print("\n".join(merge(evaluations).errors))


if __name__ == "__main__":
    main()
