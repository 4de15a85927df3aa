"""The record that one report becomes: frozen pydantic models, the names that other programs rely on.

Values are exact decimals in base units (元, not 万元), written as strings in JSON and never passed through a binary
float. Every value leads back to its place: ``text[start:end]`` of the document as read is what is written there.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

SCHEMA_VERSION = "1.0"


def plain_decimal(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros after the point.

    >>> plain_decimal(Decimal("1.50E+8")), plain_decimal(Decimal("22.430"))
    ('150000000', '22.43')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


ExactDecimal = Annotated[Decimal, PlainSerializer(plain_decimal, return_type=str, when_used="always")]
BBox = tuple[float, float, float, float]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Qualifier(StrEnum):
    """How exact a figure is said to be."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    ABOUT = "about"


class IndicatorStatus(StrEnum):
    """How table and prose stand to each other on one indicator."""

    AGREE = "agree"
    CONFLICT = "conflict"
    TABLE_ONLY = "table_only"
    PROSE_ONLY = "prose_only"


class CheckStatus(StrEnum):
    """Outcome of one arithmetic check."""

    PASS = "pass"  # noqa: S105 - a status, not a password
    FAIL = "fail"
    NOT_ASSESSABLE = "not_assessable"


class Source(_Model):
    """Where the report came from."""

    path: str | None
    format: str
    sha256: str
    encoding: str | None = None
    pages: int | None = None
    characters: int


class Meta(_Model):
    """What the report says of itself; None where it does not say."""

    agency: str | None = None
    agency_kind: Literal["government", "department", "town", "other"] | None = None
    region: str | None = None
    year: int | None = None
    period_start: str | None = None
    period_end: str | None = None
    form: Literal["2014", "2019", "2021"] | None = None
    address: str | None = None
    phone: str | None = None
    postcode: str | None = None
    email: str | None = None
    website: str | None = None


class Section(_Model):
    """A section of the report."""

    title: str
    kind: str
    start: int
    end: int


class CellValue(_Model):
    """One cell of a statutory table.

    ``value`` is None where the cell is blank or holds a mark for none (``/``, ``-``, 不适用); ``text`` keeps which.
    """

    indicator: str
    value: ExactDecimal | None
    unit: str
    text: str
    start: int
    end: int
    page: int | None = None
    bbox: BBox | None = None
    row: str
    column: str


class Figure(_Model):
    """One narrative figure."""

    label: str
    text: str
    start: int
    end: int
    value: ExactDecimal
    unit: str
    qualifier: Qualifier = Qualifier.EXACT
    period: str = "year"
    subject: str | None = None
    implied: bool = False
    score: float = 1.0
    sentence_start: int
    sentence_end: int
    indicator: str | None = None


class Indicator(_Model):
    """An indicator that table or prose gives, with its witnesses.

    ``cells`` and ``figures`` are positions in the record's lists of these names. In a conflict the table's value stands
    in ``value`` and every other value in ``other_values``.
    """

    indicator: str
    value: ExactDecimal | None
    unit: str
    status: IndicatorStatus
    cells: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()
    other_values: tuple[ExactDecimal, ...] = ()


class Check(_Model):
    """One sum that the form demands, or one breakdown in the prose. ``cells`` and ``figures`` as in Indicator."""

    id: str
    expression: str
    left: ExactDecimal | None
    right: ExactDecimal | None
    status: CheckStatus
    cells: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()


class Warning(_Model):
    """What could not be read, and what was guessed."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None
    page: int | None = None


class Record(_Model):
    """One report, read."""

    schema_version: str = SCHEMA_VERSION
    source: Source
    meta: Meta
    sections: tuple[Section, ...] = ()
    cells: tuple[CellValue, ...] = ()
    figures: tuple[Figure, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    checks: tuple[Check, ...] = ()
    warnings: tuple[Warning, ...] = Field(default=())
    manifest: dict[str, str] | None = Field(default=None, exclude_if=lambda columns: columns is None)
    """What the manifest of a batch says of the report, by column; not written where there is none."""

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return the record as JSON, Chinese unescaped, decimals as strings."""
        return self.model_dump_json(indent=indent)
