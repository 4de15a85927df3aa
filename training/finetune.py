"""Step 3: train the tagger from a configuration and export it.

    python training/finetune.py training/figures.json [--export models/figures]

The configuration is a :class:`gxnlp.training.train.TrainingConfig` as JSON. With ``--export`` the int8 model, its
half-precision weights and the files around them are written to the folder named.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gxnlp.training.export import export_onnx, save_half
from gxnlp.training.train import TrainingConfig, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--export", type=Path)
    options = parser.parse_args()
    folder = train(TrainingConfig.model_validate_json(options.config.read_text("utf-8")))
    print(folder)
    if options.export:
        export_onnx(folder, options.export)
        save_half(folder, options.export)
        print(options.export)


if __name__ == "__main__":
    main()
