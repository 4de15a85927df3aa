"""gxnlp: annual disclosure reports of Chinese government bodies into data that people can trust.

    import gxnlp

    record = gxnlp.extract("report.pdf")
    record.meta.agency, record.indicators, record.warnings

Names are loaded when they are first used, so that ``import gxnlp`` is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from gxnlp.document import Document
    from gxnlp.errors import (
        AnnotationError,
        ConfigError,
        FormError,
        GxnlpError,
        MissingExtraError,
        ModelError,
        ReadError,
        RecordError,
        WorkerError,
        WriteError,
    )
    from gxnlp.pipeline import load
    from gxnlp.reading import read
    from gxnlp.report.build import extract
    from gxnlp.schema import Record

_HOMES = {
    "read": "gxnlp.reading",
    "extract": "gxnlp.report.build",
    "load": "gxnlp.pipeline",
    "Record": "gxnlp.schema",
    "Document": "gxnlp.document",
    **dict.fromkeys(
        (
            "AnnotationError",
            "ConfigError",
            "FormError",
            "GxnlpError",
            "MissingExtraError",
            "ModelError",
            "ReadError",
            "RecordError",
            "WorkerError",
            "WriteError",
        ),
        "gxnlp.errors",
    ),
}

__all__ = [
    "AnnotationError",
    "ConfigError",
    "Document",
    "FormError",
    "GxnlpError",
    "MissingExtraError",
    "ModelError",
    "ReadError",
    "Record",
    "RecordError",
    "WorkerError",
    "WriteError",
    "__version__",
    "extract",
    "load",
    "read",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
