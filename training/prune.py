"""A step that makes the model smaller: take out characters that official text hardly ever has.

    python training/prune.py runs/figures --text official.txt --narratives annotations/narratives --output runs/pruned
    python training/prune.py … --export models/figures

Characters of the narratives stay, however rare; so does all that is no ideograph. Prints the sizes and how much of the
text becomes unknown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.training.export import export_onnx, save_half
from gxnlp.training.inline import parse_folder
from gxnlp.training.prune import choose_entries, count_characters, prune_vocabulary


def size(folder: Path) -> str:
    return f"{sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6:.2f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", type=Path, nargs="+", required=True, help="official text, one paragraph a line")
    parser.add_argument("--narratives", type=Path, required=True, help="folder of the annotated narratives")
    parser.add_argument("--least", type=int, default=20, help="occurrences in the text that keep a character")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--export", type=Path, help="folder for the int8 model and its half-precision weights")
    options = parser.parse_args()
    whole = Vocabulary.load(options.folder / "vocab.txt")
    counts = count_characters(line for path in options.text for line in path.open(encoding="utf-8"))
    ours = count_characters(narrative.text for narrative in parse_folder(options.narratives))
    kept = choose_entries(whole, {**counts, **dict.fromkeys(ours, options.least)}, options.least)
    prune_vocabulary(options.folder, options.output, kept)
    unknown = sum(count for character, count in counts.items() if character not in kept)
    print(f"{len(kept)} of {len(whole)} entries, {unknown / counts.total():.4%} of the text unknown")
    if options.export:
        export_onnx(options.output, options.export)
        save_half(options.output, options.export)
        print(f"{options.export}: {size(options.export)}")


if __name__ == "__main__":
    main()
