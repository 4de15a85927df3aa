"""A trained tagger as ONNX, in int8, ready for the runtime that ships; kept in float32 where int8 costs too much.

python -m gxnlp.training.export FOLDER OUT --held-out FILE

The exit code is 1 where int8 loses more than is allowed on the narratives held out.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gxnlp.errors import ModelError
from gxnlp.figures.backends import OnnxBackend
from gxnlp.figures.network import FigureTagger
from gxnlp.figures.tagger import Tagger, TaggerSettings
from gxnlp.figures.vocabulary import Vocabulary
from gxnlp.training.evaluate import evaluate_narratives, load_narratives
from gxnlp.training.scoring import Score

INPUTS = ("input_ids", "rows", "starts", "ends")
"""What the graph takes. No attention mask: the runtime reads one window a call, so nothing is ever padded."""
OUTPUTS = ("labels", "periods", "top", "subject_starts", "subject_ends")
ALLOWED_LOSS = 0.003
"""What int8 may lose of F1 on label and value."""


class _Traced(nn.Module):
    def __init__(self, model: FigureTagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, rows: Tensor, starts: Tensor, ends: Tensor) -> tuple[Tensor, ...]:
        output = self.model(input_ids, None, rows, starts, ends)
        return tuple(output[name] for name in OUTPUTS)


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """What int8 costs on annotated narratives.

    Attributes:
        full: Score on label and value in float32.
        int8: The same in int8.
        allowed: What int8 may lose of F1: :data:`ALLOWED_LOSS`, or one figure where the narratives have so few that one
            is worth more.
    """

    full: Score
    int8: Score
    allowed: float

    @property
    def loss(self) -> float:
        """What int8 loses of F1; below 0 where it gains."""
        return self.full.f1 - self.int8.f1

    @property
    def passed(self) -> bool:
        """Whether the int8 network may be used."""
        return self.loss <= self.allowed + 1e-9

    def require(self, folder: Path) -> None:
        """Raise where the int8 network may not be used.

        Raises:
            ModelError: It loses more than is allowed.
        """
        if not self.passed:
            raise ModelError(
                f"{folder}: int8 loses {100 * self.loss:.1f} points of F1 ({self.full.f1:.3f} to {self.int8.f1:.3f}; "
                f"{100 * self.allowed:.1f} are allowed), so model.onnx is kept in float32"
            )


def export_onnx(folder: Path, output: Path, *, quantize: bool = True) -> Path:
    """Write ``model.onnx`` (int8 weights where asked) and the files it needs to ``output``, unchecked.

    Args:
        folder: A trained tagger.
        output: Where to write; made if missing.
        quantize: Quantise matrix weights to int8 (dynamic, a scale a channel); activations are quantised as they come.

    Returns:
        The path of ``model.onnx``.
    """
    target = _prepare(folder, output)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _trace(folder, plain)
        if quantize:
            _quantize(plain, target)
        else:
            shutil.copyfile(plain, target)
    return target


def export_checked(folder: Path, output: Path, rows: Sequence[Mapping[str, Any]]) -> ExportCheck:
    """Write ``model.onnx`` and the files it needs to ``output``: in int8 where that costs little, else in float32.

    Args:
        folder: A trained tagger.
        output: Where to write; made if missing.
        rows: Narratives of the stand-off form that it was not trained on.

    Returns:
        What int8 costs on them; :meth:`ExportCheck.require` makes it an error.

    Raises:
        ModelError: The folder is no tagger's.
    """
    target = _prepare(folder, output)
    settings, vocabulary = TaggerSettings.load(folder / "tagger.json"), Vocabulary.load(folder / "vocab.txt")

    def score(path: Path) -> Score:
        tagger = Tagger(OnnxBackend(path), vocabulary, settings)
        return evaluate_narratives(tagger, rows).scores["label and value"]

    with tempfile.TemporaryDirectory() as scratch:
        plain, small = Path(scratch) / "plain.onnx", Path(scratch) / "int8.onnx"
        _trace(folder, plain)
        _quantize(plain, small)
        full, int8 = score(plain), score(small)
        one_figure = 2 / (full.predicted + full.gold) if full.gold else 0.0
        check = ExportCheck(full, int8, max(ALLOWED_LOSS, one_figure))
        shutil.copyfile(small if check.passed else plain, target)
    return check


def _prepare(folder: Path, output: Path) -> Path:
    """Copy what stands beside a network and return where it goes."""
    output.mkdir(parents=True, exist_ok=True)
    for name in ("vocab.txt", "tagger.json", "recipe.json"):
        if output != folder and (folder / name).is_file():
            shutil.copyfile(folder / name, output / name)
    return output / "model.onnx"


def _trace(folder: Path, target: Path) -> None:
    model = FigureTagger.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.randint(5, model.config.vocab_size, (1, 24))
    sample = (ids, torch.tensor([0, 0, 0]), torch.tensor([3, 5, 9]), torch.tensor([4, 5, 11]))
    axes = {"input_ids": {1: "length"}}
    axes |= {name: {0: "candidates"} for name in (*INPUTS[1:], *OUTPUTS)}
    axes |= {name: {0: "candidates", 2: "length"} for name in OUTPUTS[3:]}
    with torch.no_grad(), warnings.catch_warnings():
        # That shapes are taken as constants is meant: those that vary are named in ``axes``.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Traced(model), sample, str(target), input_names=list(INPUTS), output_names=list(OUTPUTS),
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip


def _quantize(plain: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    level = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it recommends a preparation that gains nothing here
    try:
        quantize_dynamic(
            plain, target, weight_type=QuantType.QInt8, per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )  # fmt: skip
    finally:
        logging.disable(level)


def save_half(folder: Path, output: Path) -> None:
    """Write a tagger's weights in half precision, to train on from: half the size, and fine-tuning does not feel it."""
    FigureTagger.from_pretrained(folder, dtype=torch.float16).save_pretrained(output)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command named in the module's docstring; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a trained tagger")
    parser.add_argument("output", type=Path)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True, help="narratives it was not trained on")
    options = parser.parse_args(arguments)
    check = export_checked(options.folder, options.output, load_narratives(options.held_out))
    save_half(options.folder, options.output)
    try:
        check.require(options.output)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output}: int8, F1 {check.int8.f1:.3f} where float32 has {check.full.f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
