"""The errors that gxnlp raises: each names the input and the cause, and says what to do where something can be done."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Category(StrEnum):
    """Why a report could not be turned into a record, in a word: for counting and sorting failures."""

    NOT_FOUND = "not_found"
    PERMISSION = "permission"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    UNSUPPORTED = "unsupported"
    """A format that is known but not read (.doc, OFD, a workbook, an archive)."""
    BINARY = "binary"
    """Neither text nor a document: a program, a picture, bytes without sense."""
    ENCRYPTED = "encrypted"
    SCANNED = "scanned"
    """Pages or files that are pictures: they need text recognition (OCR) first."""
    NO_TEXT = "no_text"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    ENCODING = "encoding"
    """Text that no encoding makes readable."""
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    """The process that read it died, twice."""
    INTERNAL = "internal"
    """A bug of gxnlp: please report it."""


class GxnlpError(Exception):
    """Base of all errors raised by gxnlp on purpose."""


class ReadError(GxnlpError):
    """A source could not be read as a report.

    Args:
        source: What was read: a path, ``-`` for standard input, or ``<bytes>`` / ``<text>``.
        cause: Why it could not be read, in words for the user.
        category: One of `Category`, or its name.
    """

    def __init__(self, source: str | Path, cause: str, category: Category | str) -> None:
        self.source = str(source)
        self.cause = cause
        self.category = Category(category)
        super().__init__(f"{self.source}: {cause}")

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str, Category]]:
        # Errors cross process boundaries in a batch; the default would call __init__ with the message alone.
        return type(self), (self.source, self.cause, self.category)


class FormError(GxnlpError):
    """A form's data file is not valid (raised when the package's own data is broken or a user's form is)."""


class RecordError(GxnlpError):
    """A line of a file of records is none.

    Args:
        source: The file, or a word for records that come from no file.
        line: Its number, from 1.
        cause: Why it is no record.
    """

    def __init__(self, source: str | Path, line: int, cause: str) -> None:
        self.source = str(source)
        self.line = line
        self.cause = cause
        super().__init__(f"{self.source}, line {line}: {cause}")

    def __reduce__(self) -> tuple[type[RecordError], tuple[str, int, str]]:
        return type(self), (self.source, self.line, self.cause)


class ModelError(GxnlpError):
    """A model folder is missing, incomplete or of another version."""


class AnnotationError(GxnlpError):
    """An annotated narrative is malformed: the message names file, line and cause."""


class ConfigError(GxnlpError):
    """A setting is unknown or out of range: the message names the nearest known one."""


class WriteError(GxnlpError):
    """Output could not be written: the disk is full, or the folder is not to be written to.

    Args:
        path: What was being written.
        error: What the system said.
    """

    def __init__(self, path: str | Path, error: OSError | str) -> None:
        self.path = str(path)
        self.cause = (error.strerror or str(error)) if isinstance(error, OSError) else error
        super().__init__(f"{self.path}: it cannot be written: {self.cause}")

    def __reduce__(self) -> tuple[type[WriteError], tuple[str, str]]:
        return type(self), (self.path, self.cause)


class WorkerError(GxnlpError):
    """Worker processes cannot be started, or the cluster that runs them fails."""


class MissingExtraError(GxnlpError):
    """A capability needs an optional dependency.

    Args:
        feature: What was asked for.
        extra: The extra of this package that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        self.feature = feature
        self.extra = extra
        super().__init__(f'{feature} needs the "{extra}" extra: pip install "gxnlp[{extra}]"')

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        return type(self), (self.feature, self.extra)
