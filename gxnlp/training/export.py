"""A trained tagger as ONNX, in int8, ready for the runtime that ships."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

from gxnlp.figures.network import FigureTagger

INPUTS = ("input_ids", "rows", "starts", "ends")
"""What the graph takes. No attention mask: the runtime reads one window a call, so nothing is ever padded."""
OUTPUTS = ("labels", "periods", "top", "subject_starts", "subject_ends")


class _Traced(nn.Module):
    def __init__(self, model: FigureTagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, rows: Tensor, starts: Tensor, ends: Tensor) -> tuple[Tensor, ...]:
        output = self.model(input_ids, None, rows, starts, ends)
        return tuple(output[name] for name in OUTPUTS)


def export_onnx(folder: Path, output: Path, *, quantize: bool = True) -> Path:
    """Write ``model.onnx`` (int8 weights where asked) and the files it needs to ``output``.

    Args:
        folder: A trained tagger.
        output: Where to write; made if missing.
        quantize: Quantise matrix weights to int8 (dynamic, a scale a channel); activations are quantised as they come.

    Returns:
        The path of ``model.onnx``.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    output.mkdir(parents=True, exist_ok=True)
    model = FigureTagger.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    ids = torch.randint(5, model.config.vocab_size, (1, 24))
    sample = (ids, torch.tensor([0, 0, 0]), torch.tensor([3, 5, 9]), torch.tensor([4, 5, 11]))
    axes = {"input_ids": {1: "length"}}
    axes |= {name: {0: "candidates"} for name in (*INPUTS[1:], *OUTPUTS)}
    axes |= {name: {0: "candidates", 2: "length"} for name in OUTPUTS[3:]}
    target = output / "model.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        with torch.no_grad():
            torch.onnx.export(
                _Traced(model), sample, str(plain), input_names=list(INPUTS), output_names=list(OUTPUTS),
                dynamic_axes=axes, opset_version=17, dynamo=False,
            )  # fmt: skip
        if quantize:
            quantize_dynamic(
                plain, target, weight_type=QuantType.QInt8, per_channel=True,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            )  # fmt: skip
        else:
            shutil.copyfile(plain, target)
    for name in ("vocab.txt", "tagger.json", "recipe.json"):
        if output != folder and (folder / name).is_file():
            shutil.copyfile(folder / name, output / name)
    return target


def save_half(folder: Path, output: Path) -> None:
    """Write a tagger's weights in half precision, to train on from: half the size, and fine-tuning does not feel it."""
    FigureTagger.from_pretrained(folder, dtype=torch.float16).save_pretrained(output)
