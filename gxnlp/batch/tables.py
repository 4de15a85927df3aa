"""Records as rows of tables that lie flat: what Parquet files and databases hold.

``report`` is a report's position in the batch and joins the tables. Decimals stay exact: ``value`` is a decimal of 38
digits, 10 of them after the point, null in the rare case that a value does not fit; ``value_text`` always holds it as
written in the record. Places, titles and contexts of a record that no table has are in the JSONL output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from gxnlp.batch.outcomes import Failure
from gxnlp.schema import CheckStatus, IndicatorStatus, Record, plain_decimal

Kind = Literal["text", "integer", "decimal", "real", "flag", "texts", "integers"]
Row = dict[str, Any]
DIGITS, PLACES = 38, 10

_REPORT: dict[str, Kind] = {"report": "integer", "path": "text"}
_KEY: dict[str, Kind] = {**_REPORT, "agency": "text", "region": "text", "year": "integer"}
_VALUE: dict[str, Kind] = {"value": "decimal", "value_text": "text", "unit": "text"}
_PLACE: dict[str, Kind] = {"start": "integer", "end": "integer"}
_WITNESSES: dict[str, Kind] = {"cells": "integers", "figures": "integers"}
_TABLES: dict[str, dict[str, Kind]] = {
    "records": {
        **_REPORT,
        "format": "text", "sha256": "text", "encoding": "text", "pages": "integer", "characters": "integer",
        "agency": "text", "agency_kind": "text", "region": "text", "year": "integer",
        "period_start": "text", "period_end": "text", "form": "text",
        "address": "text", "phone": "text", "postcode": "text", "email": "text", "website": "text",
        "cells": "integer", "figures": "integer", "indicators": "integer",
        "conflicts": "integer", "failed_checks": "integer", "warnings": "integer",
    },
    "cells": {
        **_KEY, "indicator": "text", **_VALUE, "text": "text", **_PLACE, "page": "integer", "row": "text",
        "column": "text",
    },
    "figures": {
        **_KEY, "label": "text", **_VALUE, "text": "text", **_PLACE, "qualifier": "text", "period": "text",
        "subject": "text", "implied": "flag", "score": "real", "sentence_start": "integer", "sentence_end": "integer",
        "indicator": "text",
    },
    "indicators": {
        **_KEY, "indicator": "text", **_VALUE, "status": "text", **_WITNESSES, "other_values": "texts",
    },
    "checks": {
        **_KEY, "id": "text", "expression": "text", "left": "text", "right": "text", "status": "text", **_WITNESSES,
    },
    "warnings": {**_KEY, "code": "text", "message": "text", **_PLACE, "page": "integer"},
    "failures": {**_REPORT, "category": "text", "cause": "text"},
}  # fmt: skip


def schemas(columns: Sequence[str]) -> dict[str, dict[str, Kind]]:
    """Return every table's columns with their kinds.

    Args:
        columns: The manifests' columns; tables ``records`` and ``failures`` have them as ``manifest_…``.
    """
    own: dict[str, Kind] = {manifest_column(column): "text" for column in columns}
    return {name: {**table, **(own if name in ("records", "failures") else {})} for name, table in _TABLES.items()}


def manifest_column(column: str) -> str:
    """Return what a manifest's column is called in a table."""
    return f"manifest_{column}"


def rows_of(position: int, record: Record) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a record, each with the name of its table; columns that it does not fill are left out.

    Args:
        position: The report's position in the batch.
        record: Its record.
    """
    key = {"report": position, "path": record.source.path, **record.meta.model_dump(include=set(_KEY))}
    yield (
        "records",
        {
            **record.source.model_dump(),
            **record.meta.model_dump(),
            "report": position,
            "cells": len(record.cells),
            "figures": len(record.figures),
            "indicators": len(record.indicators),
            "conflicts": sum(i.status is IndicatorStatus.CONFLICT for i in record.indicators),
            "failed_checks": sum(c.status is CheckStatus.FAIL for c in record.checks),
            "warnings": len(record.warnings),
            **_manifest(record.manifest),
        },
    )
    for cell in record.cells:
        yield "cells", {**key, **cell.model_dump(exclude={"bbox", "value"}), **_value(cell.value)}
    for figure in record.figures:
        plain = figure.model_dump(exclude={"value", "qualifier"})
        yield "figures", {**key, **plain, "qualifier": figure.qualifier.value, **_value(figure.value)}
    for indicator in record.indicators:
        yield (
            "indicators",
            {
                **key,
                "indicator": indicator.indicator,
                "unit": indicator.unit,
                "status": indicator.status.value,
                "cells": list(indicator.cells),
                "figures": list(indicator.figures),
                "other_values": [plain_decimal(value) for value in indicator.other_values],
                **_value(indicator.value),
            },
        )
    for check in record.checks:
        yield (
            "checks",
            {
                **key,
                "id": check.id,
                "expression": check.expression,
                "left": None if check.left is None else plain_decimal(check.left),
                "right": None if check.right is None else plain_decimal(check.right),
                "status": check.status.value,
                "cells": list(check.cells),
                "figures": list(check.figures),
            },
        )
    for warning in record.warnings:
        yield "warnings", {**key, **warning.model_dump()}


def failure_row(position: int, failed: Failure) -> Row:
    """Return the row of a failure."""
    return {
        "report": position,
        "path": failed.path,
        "category": failed.category.value,
        "cause": failed.cause,
        **_manifest(failed.manifest),
    }


def _manifest(columns: Mapping[str, str] | None) -> Row:
    return {manifest_column(column): value for column, value in (columns or {}).items()}


def _value(value: Decimal | None) -> Row:
    if value is None:
        return {"value": None, "value_text": None}
    text = plain_decimal(value)
    whole, _, part = text.lstrip("-").partition(".")
    fits = len(part) <= PLACES and len(whole) <= DIGITS - PLACES
    return {"value": Decimal(text) if fits else None, "value_text": text}
