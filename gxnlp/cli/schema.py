"""``gxnlp schema``: the JSON Schema of the record."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of the record."""
    from gxnlp.schema import Record

    typer.echo(json.dumps(Record.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))
