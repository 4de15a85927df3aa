"""Settings of training runs: our own recipes' and users' fine-tuning."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gxnlp.errors import ConfigError

OURS = "ours"
"""The name of the model that ships, where a start is asked for."""


class LearningConfig(BaseModel):
    """How the network learns, whatever it learns from."""

    model_config = ConfigDict(extra="forbid")

    warmup: float = Field(0.08, ge=0, lt=1)
    """Share of the steps in which the rate rises."""
    weight_decay: float = Field(0.01, ge=0)
    dropout: float = Field(0.1, ge=0, lt=1)
    head_dropout: float = Field(0.2, ge=0, lt=1)
    label_smoothing: float = Field(0.02, ge=0, lt=1)
    augment: bool = True
    """Vary numbers, years, line breaks and context each time a narrative is seen."""
    left: int = Field(128, ge=0)
    """Characters of context before the first candidate of a window."""
    right: int = Field(32, ge=8)
    """The same after its last candidate."""
    limit: int = Field(256, ge=64)
    """Characters of the longest window."""
    narratives_per_batch: int = Field(4, ge=1)
    seed: int = 1


class TrainingConfig(LearningConfig):
    """Settings of one run of our own; a recipe in ``training/`` is one of these as JSON."""

    start: Path
    """Folder of the encoder (or tagger) to start from, with its ``vocab.txt``."""
    data: list[Path]
    """Annotated narratives as stand-off JSONL."""
    output: Path
    epochs: float = Field(14, gt=0)
    rate: float = Field(1.5e-4, gt=0)
    head_rate: float = Field(6e-4, gt=0)
    random: bool = False
    """Forget the start's weights: the baseline without pretraining."""
    folds: int = Field(5, ge=2)
    fold: int | None = None
    """Hold this fold of bodies out (0-based); None trains on everything."""
    save_steps: int = Field(200, ge=1)


class FineTuningConfig(LearningConfig):
    """Settings of ``gxnlp train``: users' reports on top of our model, or instead of it."""

    data: list[Path]
    """Annotated reports in any format that :mod:`gxnlp.training.formats` knows, or a saved ``datasets`` folder."""
    output: Path
    start: str = OURS
    """``ours``, the folder of a tagger, or any encoder of Hugging Face's by name or folder."""
    instead: bool = False
    """Forget what the start knows of labels: a fresh head with the labels of the data, and none of our narratives."""
    format: str | None = None
    """The format of the data, where its name does not tell."""
    held_out: list[Path] = []
    """Reports to stop and score by; empty holds bodies of the data out."""
    held_out_share: float = Field(0.2, gt=0, lt=1)
    """Least share of the figures to hold out, where none are given."""
    corpus: Path | None = None
    """Narratives to mix in against forgetting what the model knew; default ``annotations/narratives``, if there."""
    replay: float = Field(1.0, ge=0)
    """How many of their figures to mix in for each figure of the data."""
    epochs: float = Field(8, gt=0)
    patience: int = Field(3, ge=1)
    """Stop when so many evaluations in a row brought no better F1."""
    rate: float | None = Field(None, gt=0)
    """Learning rate of the encoder; default 5e-5 on a tagger, 1e-4 under a fresh head."""
    head_rate: float | None = Field(None, gt=0)
    """The same of the heads; default 2e-4 and 6e-4."""
    evaluate_every: int = Field(200, ge=1)
    """Most steps between two evaluations (and checkpoints); there is one an epoch at least."""
    calibrate: bool = True
    """Fit the temperature of the scores on the reports held out."""


_Config = TypeVar("_Config", bound=BaseModel)


def make_config(kind: type[_Config], settings: Mapping[str, Any], where: str = "settings") -> _Config:
    """Check settings.

    Args:
        kind: The configuration's class.
        settings: Its fields.
        where: The file they come from, for messages.

    Raises:
        ConfigError: A key is unknown (the message names the nearest), missing, or its value out of range.

    >>> make_config(FineTuningConfig, {"data": [], "output": "x", "epoch": 3})
    Traceback (most recent call last):
    gxnlp.errors.ConfigError: settings: no setting 'epoch', perhaps epochs
    """
    for key in settings:
        if key not in kind.model_fields:
            near = difflib.get_close_matches(key, kind.model_fields, n=1)
            hint = f", perhaps {near[0]}" if near else f": {', '.join(kind.model_fields)}"
            raise ConfigError(f"{where}: no setting {key!r}{hint}")
    try:
        return kind.model_validate(settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{where}: {place}: {first['msg']} (given: {first['input']!r})") from error
