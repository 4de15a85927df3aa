"""What becomes of a report in a batch: its record, or a failure with category and cause; and both as lines of JSON."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from gxnlp.batch.items import Item
from gxnlp.errors import Category, GxnlpError, ReadError
from gxnlp.schema import Record

_FAILURE = '{"failure":'


class Failure(BaseModel):
    """A report that gave no record.

    Attributes:
        path: The file, as named in the batch.
        category: Why, in a word.
        cause: Why, in words for the user.
        manifest: What the manifest says of it, None where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    category: Category
    cause: str
    manifest: dict[str, str] | None = Field(default=None, exclude_if=lambda columns: columns is None)


Outcome: TypeAlias = Record | Failure
"""What becomes of one `Item`. Engines hand outcomes back in the order of their items."""


def failure(item: Item, category: Category, cause: str) -> Failure:
    """Return the failure of an item."""
    return Failure(path=item.name, category=category, cause=cause, manifest=item.columns or None)


def failure_of(item: Item, error: Exception) -> Failure:
    """Return the failure of an item that raised an error; what nobody foresaw is `Category.INTERNAL`."""
    if isinstance(error, ReadError):
        return failure(item, error.category, error.cause)
    if isinstance(error, MemoryError):
        return failure(item, Category.OUT_OF_MEMORY, "it takes more memory than is allowed")
    if isinstance(error, GxnlpError):
        return failure(item, Category.INTERNAL, str(error))
    return failure(item, Category.INTERNAL, f"please report it: {type(error).__name__}: {error}"[:500])


def to_line(outcome: Outcome) -> str:
    """Write an outcome as one line of JSON, without line break; a record as `Record.to_json` gives it."""
    if isinstance(outcome, Record):
        return outcome.to_json(indent=None)
    return f"{_FAILURE}{outcome.model_dump_json()}}}"


def is_failure(line: str) -> bool:
    """Whether a line of `to_line` is a failure, told without parsing it."""
    return line.startswith(_FAILURE)


def from_line(line: str) -> Outcome:
    """Read a line of `to_line`.

    Raises:
        pydantic.ValidationError: It is none.
    """
    if is_failure(line):
        return Failure.model_validate_json(line.strip()[len(_FAILURE) : -1])
    return Record.model_validate_json(line)
