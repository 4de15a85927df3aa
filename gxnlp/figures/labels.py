"""The labels of narrative figures, loaded from ``labels.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its name, its Chinese name, and the family that folds labels told apart only by scope."""

    name: str
    zh: str
    family: str


@cache
def load_labels() -> dict[str, Label]:
    """Return all labels by name, in the order that models use for their outputs."""
    data = tomllib.loads(files("gxnlp.figures").joinpath("labels.toml").read_text("utf-8"))
    return {name: Label(name, row["zh"], row["family"]) for name, row in data["labels"].items()}


def default_period(label: str) -> str:
    """Return the period that a label implies where none is said: ``cumulative`` for ``*_cumulative``, else ``year``."""
    return "cumulative" if label.endswith("_cumulative") else "year"
