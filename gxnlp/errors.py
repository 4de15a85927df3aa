"""The errors that gxnlp raises: each names the input and the cause, and says what to do where something can be done."""

from __future__ import annotations

from pathlib import Path


class GxnlpError(Exception):
    """Base of all errors raised by gxnlp on purpose."""


class ReadError(GxnlpError):
    """A source could not be read as a report.

    Args:
        source: What was read: a path, ``-`` for standard input, or ``<bytes>`` / ``<text>``.
        cause: Why it could not be read, in words for the user.
        category: A short stable code, for counting failures in a batch (``empty``, ``not_found``, ``encrypted``,
            ``truncated``, ``corrupt``, ``binary``, ``encoding``, ``no_text``, ``unsupported``, ``too_large``).
    """

    def __init__(self, source: str | Path, cause: str, category: str) -> None:
        self.source = str(source)
        self.cause = cause
        self.category = category
        super().__init__(f"{self.source}: {cause}")

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str, str]]:
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
