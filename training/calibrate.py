"""A step that makes scores probabilities: fit the temperature on narratives that the tagger never saw.

    python training/calibrate.py models/figures --fit batch64.txt --measure batch73.txt [--plots DIR]

Prints, on the narratives to measure by, calibration error and F1 before and after, and leaves the temperature in
``tagger.json`` that has the smaller error there. ``--plots`` writes precision over recall by threshold, and the share
of right figures by score, as SVG.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gxnlp.figures.tagger import Tagger
from gxnlp.training.calibration import calibration_error, precision_recall, reliability
from gxnlp.training.evaluate import Evaluation, evaluate_narratives, load_narratives
from gxnlp.training.finetune import calibrate
from gxnlp.training.learning import write_settings
from gxnlp.training.plots import precision_recall_plot, reliability_plot


def error_of(evaluation: Evaluation) -> float:
    return calibration_error(reliability(evaluation.scored))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an exported tagger")
    parser.add_argument("--fit", type=Path, nargs="+", required=True)
    parser.add_argument("--measure", type=Path, nargs="+", required=True)
    parser.add_argument("--plots", type=Path)
    options = parser.parse_args()
    tagger, rows = Tagger.load(options.folder), load_narratives(options.measure)
    found = [(tagger.settings, evaluate_narratives(tagger, rows))]
    tagger.settings = calibrate(options.folder, load_narratives(options.fit))
    found.append((tagger.settings, evaluate_narratives(tagger, rows)))
    for settings, evaluation in found:
        error, f1 = error_of(evaluation), evaluation.scores["label and value"].f1
        print(f"temperature {settings.temperature}: calibration error {error:.3f}, F1 on label and value {f1:.3f}")
    best, evaluation = min(found, key=lambda pair: error_of(pair[1]))
    write_settings(best, options.folder)
    if options.plots:
        gold = evaluation.scores["label and span"].gold
        plots = {
            "precision-recall.svg": precision_recall_plot(precision_recall(evaluation.scored, gold)),
            "reliability.svg": reliability_plot(reliability(evaluation.scored)),
        }
        options.plots.mkdir(parents=True, exist_ok=True)
        for name, drawing in plots.items():
            (options.plots / name).write_text(drawing, "utf-8")


if __name__ == "__main__":
    main()
