"""Last step: the mean of two rounds' weights, which holds better on texts of another kind than either.

    python training/average.py runs/figures-2 runs/figures-3 --output runs/figures [--export models/figures]

Labels, thresholds and configuration are the last folder's.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from gxnlp.training.export import export_onnx, save_half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--export", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    weights = [load_file(folder / "model.safetensors") for folder in options.folders]
    mean = {name: torch.stack([w[name].float() for w in weights]).mean(0) for name in weights[-1]}
    save_file(mean, options.output / "model.safetensors", metadata={"format": "pt"})
    for name in ("config.json", "vocab.txt", "tagger.json"):
        shutil.copyfile(options.folders[-1] / name, options.output / name)
    recipes = [json.loads((folder / "recipe.json").read_text("utf-8")) for folder in options.folders]
    text = json.dumps({"mean_of": recipes}, indent=1, ensure_ascii=False)
    (options.output / "recipe.json").write_text(text + "\n", "utf-8")
    if options.export:
        export_onnx(options.output, options.export)
        save_half(options.output, options.export)


if __name__ == "__main__":
    main()
