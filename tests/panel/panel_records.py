"""Records made by hand: only what a test is about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal

from gxnlp import schema

BODY = "青山市财政局"


def figure(
    label: str,
    value: int | str,
    *,
    unit: str = "件",
    start: int = 0,
    sentence: tuple[int, int] | None = None,
    **more: object,
) -> schema.Figure:
    text = f"{value}{unit}"
    first, last = sentence or (start, start + len(text))
    fields = {"text": text, "start": start, "end": start + len(text), "sentence_start": first, "sentence_end": last}
    return schema.Figure(label=label, value=Decimal(value), unit=unit, **{**fields, **more})


def record(
    body: str | None = BODY,
    year: int | None = 2021,
    values: Mapping[str, int | str | None] | None = None,
    *,
    units: Mapping[str, str] | None = None,
    figures: Sequence[schema.Figure] = (),
    checks: Sequence[schema.Check] = (),
    warnings: Sequence[str] = (),
    manifest: dict[str, str] | None = None,
    path: str = "report.txt",
    content: str | None = None,
    **meta: object,
) -> schema.Record:
    """Make a record whose table has ``values``, one cell an indicator, ten characters apart."""
    cells, indicators = [], []
    for place, (name, value) in enumerate((values or {}).items()):
        number = None if value is None else Decimal(value)
        unit = (units or {}).get(name, "件")
        cells.append(
            schema.CellValue(
                indicator=name, value=number, unit=unit, text=str(value), start=10 * place, end=10 * place + 5,
                row="row", column="column",
            )
        )  # fmt: skip
        indicators.append(
            schema.Indicator(indicator=name, value=number, unit=unit, status="table_only", cells=(place,))
        )
    digest = hashlib.sha256((content or f"{body}{year}{values}{path}").encode()).hexdigest()
    return schema.Record(
        source=schema.Source(path=path, format="txt", sha256=digest, characters=1000),
        meta=schema.Meta(agency=body, year=year, **meta),
        cells=tuple(cells),
        figures=tuple(figures),
        indicators=tuple(indicators),
        checks=tuple(checks),
        warnings=tuple(schema.Warning(code=code, message=code) for code in warnings),
        manifest=manifest,
    )


def failing_check() -> schema.Check:
    return schema.Check(id="sum", expression="a = b", left=Decimal(1), right=Decimal(2), status="fail")
