"""What may be set of an extraction, and what a later run must share to go on with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gxnlp import __version__
from gxnlp.document import Format
from gxnlp.errors import ModelError
from gxnlp.reading import MAX_BYTES, MAX_PAGES
from gxnlp.schema import SCHEMA_VERSION


class Limits(BaseModel):
    """How much one report may cost; what takes more is a failure, and the batch goes on.

    Attributes:
        max_bytes: Size of the file.
        max_pages: Pages of a PDF.
        seconds: Wall time from file to record; None is no limit.
        memory: Bytes that reading one report may take beyond what its process takes anyway; None is no limit. Held
            to where the system can (Linux).

    `Extractor` holds to the first two by itself; time and memory are held by the worker processes of `run`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(default=MAX_BYTES, gt=0)
    max_pages: int = Field(default=MAX_PAGES, gt=0)
    seconds: float | None = Field(default=120.0, gt=0)
    memory: int | None = Field(default=2 * 1024**3, gt=0)


class ExtractorSettings(BaseModel):
    """How reports are turned into records, the same on every engine.

    Attributes:
        model: Folder of a tagger; None is the one that ships.
        device: ``cpu``, ``cuda``, ``cuda:1`` …
        threads: Windows that the tagger reads side by side on the CPU; 0 is the number of cores. One where processes
            run side by side.
        figures: Whether to search the prose for figures at all.
        format: Format of the reports, None to tell it from the content of each.
        limits: How much one report may cost.

    Raises:
        pydantic.ValidationError: A setting is unknown or out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Path | None = None
    device: str = Field(default="cpu", pattern=r"^(cpu|cuda(:\d+)?)$")
    threads: int = Field(default=1, ge=0)
    figures: bool = True
    format: Format | None = None
    limits: Limits = Limits()

    def fingerprint(self) -> dict[str, Any]:
        """Return what the records depend on, as JSON values: versions, the model's hash, settings; not speed.

        Raises:
            ModelError: There is no model in the folder.
        """
        own = self.model_dump(mode="json", exclude={"model", "threads"})
        return {
            "version": __version__,
            "schema": SCHEMA_VERSION,
            "model": self._model_hash() if self.figures else None,
            **own,
        }

    def _model_hash(self) -> str:
        from gxnlp.figures.tagger import default_model_path

        folder = self.model or default_model_path()
        network = "model.onnx" if self.device == "cpu" else "model.safetensors"
        digest = hashlib.sha256()
        for name in ("tagger.json", "vocab.txt", network):
            try:
                digest.update((folder / name).read_bytes())
            except OSError as error:
                raise ModelError(f"{folder}: no {name} here; give the folder of an exported tagger") from error
        return digest.hexdigest()
