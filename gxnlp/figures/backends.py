"""What runs the tagger's network: ONNX Runtime on the CPU, torch on a GPU."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gxnlp.errors import MissingExtraError, ModelError

Array = npt.NDArray[Any]
Scores = tuple[Array, Array, Array, Array, Array]
"""Label logits, period logits, best labels, subject starts, subject ends; shapes as in ``network.FigureOutput``."""


class Backend(Protocol):
    """Runs the network.

    Attributes:
        batch: How many windows it likes to be given at once.
        workers: How many calls it likes to be given side by side.
    """

    batch: int
    workers: int

    def run(self, inputs: dict[str, Array]) -> Scores:
        """Return the scores of one batch; inputs as in ``network.FigureTagger.forward``."""


class OnnxBackend:
    """ONNX Runtime on the CPU, one window a call.

    The int8 network scales activations by what it is given at once, so a window alone is always read the same, whatever
    else is being read; it is also faster than padding windows to one length.

    Args:
        path: The ``.onnx`` file.
        threads: Windows read side by side, each on one core; 0 is the number of cores.
    """

    batch = 1

    def __init__(self, path: Path, threads: int = 0) -> None:
        import onnxruntime

        self.workers = threads or os.cpu_count() or 1
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # On the CPU the fused kernel is eight times slower than the sum and the normalisation that it stands for.
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        self._inputs = [node.name for node in self._session.get_inputs()]

    def run(self, inputs: dict[str, Array]) -> Scores:
        """Run one batch; a graph without ``attention_mask`` reads one window without padding."""
        labels, periods, top, starts, ends = self._session.run(None, {name: inputs[name] for name in self._inputs})
        return labels, periods, top, starts, ends


class TorchBackend:
    """torch on any of its devices.

    Args:
        folder: A folder with ``model.safetensors`` and ``config.json``.
        device: As torch names it.
        half: Run in bfloat16.

    Raises:
        MissingExtraError: torch or transformers is not installed.
    """

    batch = 64
    workers = 1

    def __init__(self, folder: Path, device: str, *, half: bool = True) -> None:
        try:
            import torch

            from gxnlp.figures.network import FigureTagger
        except ImportError as error:
            raise MissingExtraError(f"tagging on {device}", "gpu") from error
        self._torch, self._device = torch, device
        kind = torch.bfloat16 if half else torch.float32
        self._model = FigureTagger.from_pretrained(folder, dtype=kind).to(device).eval()

    def run(self, inputs: dict[str, Array]) -> Scores:
        """Run one batch."""
        torch = self._torch
        with torch.inference_mode():
            output = self._model(**{name: torch.from_numpy(array).to(self._device) for name, array in inputs.items()})
        labels, periods, top, starts, ends = (
            np.asarray(output[name].float().cpu().numpy())
            for name in ("labels", "periods", "top", "subject_starts", "subject_ends")
        )
        return labels, periods, top.astype(np.int64), starts, ends


def load_backend(folder: Path, *, threads: int = 0, device: str = "cpu") -> Backend:
    """Return what runs the model of a folder on a device.

    Raises:
        ModelError: The folder lacks the file that the device needs.
        MissingExtraError: The device needs torch, which is not installed.
    """
    name = "model.onnx" if device == "cpu" else "model.safetensors"
    if not (folder / name).is_file():
        raise ModelError(f"{folder}: no {name} here; give the folder of an exported tagger")
    return OnnxBackend(folder / name, threads) if device == "cpu" else TorchBackend(folder, device)
