"""``gxnlp info``: versions, the model that ships, the forms that are known."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer

from gxnlp import __version__
from gxnlp.errors import ModelError

_PACKAGES = ("pydantic", "spacy", "onnxruntime", "numpy", "lxml", "pdfminer.six", "torch", "transformers")


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def _model() -> dict[str, Any]:
    from gxnlp.figures.tagger import TaggerSettings, default_model_path

    try:
        path = default_model_path()
        settings = TaggerSettings.load(path / "tagger.json")
    except ModelError as error:
        return {"error": str(error)}
    size = sum(f.stat().st_size for f in path.iterdir() if f.is_file())
    return {"path": str(path), "labels": len(settings.labels), "bytes": size}


def _forms() -> list[dict[str, Any]]:
    from gxnlp.forms.loader import load_forms

    return [
        {"edition": f.edition, "document": f.document, "cells": len(f.slots), "sums": len(f.sums)} for f in load_forms()
    ]


def info(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Print versions, the model and the forms."""
    from gxnlp.schema import SCHEMA_VERSION

    known = {
        "gxnlp": __version__,
        "schema": SCHEMA_VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": _versions(),
        "model": _model(),
        "forms": _forms(),
    }
    if as_json:
        typer.echo(json.dumps(known, ensure_ascii=False, indent=2))
        return
    typer.echo(f"gxnlp {__version__}, record schema {SCHEMA_VERSION}, Python {known['python']}, {known['platform']}")
    for package, number in _versions().items():
        typer.echo(f"  {package:13}{number or 'not installed'}")
    model = _model()
    if "error" in model:
        typer.echo(f"model: {model['error']}")
    else:
        typer.echo(f"model: {model['path']}, {model['labels']} labels, {model['bytes'] / 1e6:.1f} MB")
    for form in _forms():
        typer.echo(f"form {form['edition']}: {form['document']}, {form['cells']} cells, {form['sums']} sums")
