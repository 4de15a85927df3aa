"""What each choice is worth on unseen bodies: a run for each choice and fold, and a table of them all.

    python training/choices.py training/choices.toml --data runs/corpus.jsonl --output runs/choices
    python training/choices.py … --folds 0 1 --only "as the base" "without augmentation" --epochs 2 --every 4

A run that is done is not repeated; one that was killed goes on from its last checkpoint. The table gives F1 over all
narratives held out; that on label and value also by mean and deviation over folds, and against the base on the same.
A budget that is small enough for one CPU learns from a part of the narratives: `--every 4` takes every fourth.
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

from bio import train_bio

from gxnlp.figures.tagger import Tagger, TaggerSettings
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.training.evaluate import evaluate_narratives
from gxnlp.training.learning import ModuleBackend
from gxnlp.training.standoff import read_jsonl
from gxnlp.training.starts import load_start
from gxnlp.training.train import TrainingConfig, split_by_body, train

Counts = dict[str, dict[str, int]]
"""For each score, how many figures were right, predicted and there to find."""


def run(config: TrainingConfig, *, bio: bool = False) -> Counts:
    """Train with a fold held out and return what the tagger gets right of it; weights are not kept."""
    done = config.output / "result.json"
    if not done.is_file():
        tagger = train_bio(config) if bio else train_candidates(config)
        rows = [row for path in config.data for row in read_jsonl(path)]
        _, held_out = split_by_body(rows, config.folds, config.fold)
        evaluation = evaluate_narratives(tagger, held_out)
        scores = {**evaluation.scores, "folded": evaluation.folded["label and value"]}
        counts = {name: {"right": s.right, "predicted": s.predicted, "gold": s.gold} for name, s in scores.items()}
        done.write_text(json.dumps(counts, indent=1), "utf-8")
        shutil.rmtree(config.output / "checkpoints")
        (config.output / "model.safetensors").unlink(missing_ok=True)
    result: Counts = json.loads(done.read_text("utf-8"))
    return result


def train_candidates(config: TrainingConfig) -> Tagger:
    """Train what ships, and load it in full precision."""
    folder = train(config)
    settings = TaggerSettings.load(folder / "tagger.json")
    start = load_start(str(folder), config, labels=list(settings.labels))
    return Tagger(ModuleBackend(start.model), Vocabulary.load(folder / "vocab.txt"), settings)


def thin(data: list[Path], every: int, folder: Path) -> list[Path]:
    """Write every so many narratives of some files into numbered files of their own, and return those."""
    folder.mkdir(parents=True, exist_ok=True)
    thinned = []
    for number, path in enumerate(data):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        thinned.append(folder / f"{number}-{path.name}")  # two files may bear one name
        thinned[-1].write_text("".join(lines[::every]), "utf-8")
    return thinned


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
    parser.add_argument("--every", type=int, default=1, help="take every so many narratives only")
    options = parser.parse_args(arguments)
    given: dict[str, Any] = tomllib.loads(options.choices.read_text("utf-8"))
    data = thin(options.data, options.every, options.output / f"every-{options.every}")
    chosen = {name: change for name, change in given["choices"].items() if not options.only or name in options.only}
    results: dict[str, dict[int, Counts]] = {name: {} for name in chosen}
    for fold in options.folds:
        for name, change in chosen.items():
            settings = given["base"] | change | ({"epochs": options.epochs} if options.epochs else {})
            budget = f"every-{options.every}-{settings['epochs']:g}-epochs"
            folder = options.output / budget / re.sub(r"\W+", "-", name) / f"fold-{fold}"
            bio = settings.pop("bio", False)
            results[name][fold] = run(TrainingConfig(data=data, output=folder, fold=fold, **settings), bio=bio)
    print_table(results)


if __name__ == "__main__":
    main()
