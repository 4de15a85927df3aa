"""What each choice is worth on unseen bodies: a run for each choice and fold, and a table of them all.

    python training/choices.py training/choices.toml --data runs/corpus.jsonl --output runs/choices
    python training/choices.py … --folds 0 1 --only "as the base" "without augmentation" --epochs 2

A run that is done is not repeated; one that was killed goes on from its last checkpoint. The table gives F1 over all
narratives held out; that on label and value also by mean and deviation over folds, and against the base on the same.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import tomllib
from pathlib import Path
from typing import Any

from gxnlp.figures.tagger import Tagger, TaggerSettings
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.training.evaluate import evaluate_narratives
from gxnlp.training.learning import ModuleBackend
from gxnlp.training.standoff import read_jsonl
from gxnlp.training.starts import load_start
from gxnlp.training.train import TrainingConfig, split_by_body, train

Counts = dict[str, dict[str, int]]
"""For each score, how many figures were right, predicted and there to find."""


def run(config: TrainingConfig) -> Counts:
    """Train with a fold held out and return what the tagger gets right of it; weights are not kept."""
    done = config.output / "result.json"
    if not done.is_file():
        folder = train(config)
        rows = [row for path in config.data for row in read_jsonl(path)]
        _, held_out = split_by_body(rows, config.folds, config.fold)
        settings = TaggerSettings.load(folder / "tagger.json")
        start = load_start(str(folder), config, labels=list(settings.labels))
        tagger = Tagger(ModuleBackend(start.model), Vocabulary.load(folder / "vocab.txt"), settings)
        evaluation = evaluate_narratives(tagger, held_out)
        scores = {**evaluation.scores, "folded": evaluation.folded["label and value"]}
        counts = {name: {"right": s.right, "predicted": s.predicted, "gold": s.gold} for name, s in scores.items()}
        done.write_text(json.dumps(counts, indent=1), "utf-8")
        shutil.rmtree(folder / "checkpoints")
        (folder / "model.safetensors").unlink()
    result: Counts = json.loads(done.read_text("utf-8"))
    return result


def f1(counts: list[Counts], score: str) -> float:
    """Return F1 over several folds together."""
    right, predicted, gold = (sum(c[score][key] for c in counts) for key in ("right", "predicted", "gold"))
    return 2 * right / (predicted + gold) if predicted + gold else 0.0


def print_table(results: dict[str, dict[int, Counts]]) -> None:
    """Print a line a choice; the first is what the others are compared with."""
    base = next(iter(results.values()))
    print(
        f"{'':34}{'label and value':>16}{'folded':>9}{'span':>9}{'subject':>9}{'mean':>9}{'sd':>7}{'against base':>14}"
    )
    for name, by_fold in results.items():
        counts = list(by_fold.values())
        each = [f1([c], "label and value") for c in counts]
        shared = [f1([by_fold[n]], "label and value") - f1([base[n]], "label and value") for n in by_fold if n in base]
        print(
            f"{name:34}{f1(counts, 'label and value'):16.3f}{f1(counts, 'folded'):9.3f}{f1(counts, 'span'):9.3f}"
            f"{f1(counts, 'subject'):9.3f}{statistics.mean(each):9.3f}{statistics.pstdev(each):7.3f}"
            f"{statistics.mean(shared) if shared else 0:+14.3f}   folds {', '.join(map(str, by_fold))}"
        )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("choices", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="narratives as stand-off JSONL")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--folds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--only", nargs="+", help="names of choices")
    parser.add_argument("--epochs", type=float, help="another budget, the same for all")
    options = parser.parse_args(arguments)
    given: dict[str, Any] = tomllib.loads(options.choices.read_text("utf-8"))
    results: dict[str, dict[int, Counts]] = {}
    for name, change in given["choices"].items():
        if options.only and name not in options.only:
            continue
        settings = given["base"] | change | ({"epochs": options.epochs} if options.epochs else {})
        for fold in options.folds:
            folder = options.output / re.sub(r"\W+", "-", name) / f"{settings['epochs']:g}-epochs" / f"fold-{fold}"
            config = TrainingConfig(data=options.data, output=folder, fold=fold, **settings)
            results.setdefault(name, {})[fold] = run(config)
    print_table(results)


if __name__ == "__main__":
    main()
