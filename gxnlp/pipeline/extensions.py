"""What gxnlp adds to spaCy's ``Doc`` and ``Span``.

Record and document lie in ``Doc.user_data`` as JSON, so that a ``Doc`` can be written to disk, stored in a ``DocBin``
and sent to another process; they are read back when they are asked for.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from gxnlp import schema
from gxnlp.document import Document

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from spacy.tokens import Doc, Span

_REPORT = "gxnlp.report"
_DOCUMENT = "gxnlp.document"


@cache
def _document_adapter() -> TypeAdapter[Document]:
    from pydantic import TypeAdapter

    return TypeAdapter(Document)


@lru_cache(maxsize=16)
def _record_of_json(data: str) -> schema.Record:
    return schema.Record.model_validate_json(data)


@lru_cache(maxsize=16)
def _document_of_json(data: str) -> Document:
    return _document_adapter().validate_json(data)


def get_report(doc: Doc) -> schema.Record | None:
    """Return the record of a doc, None before the pipeline has run or where the text is blank."""
    data = doc.user_data.get(_REPORT)
    return None if data is None else _record_of_json(data)


def set_report(doc: Doc, record: schema.Record | None) -> None:
    """Give a doc its record."""
    doc.user_data[_REPORT] = None if record is None else record.to_json(indent=None)


def get_document(doc: Doc) -> Document | None:
    """Return the document that a doc was made of, None where it was made of a bare text."""
    data = doc.user_data.get(_DOCUMENT)
    return None if data is None else _document_of_json(data)


def set_document(doc: Doc, document: Document | None) -> None:
    """Give a doc the document that it is made of."""
    doc.user_data[_DOCUMENT] = None if document is None else _document_adapter().dump_json(document).decode()


def get_figure(span: Span) -> schema.Figure | None:
    """Return the figure that a span of ``doc.spans["figures"]`` stands for."""
    record = get_report(span.doc)
    if record is None:
        return None
    key = span.label_, span.start_char, span.end_char
    return next((f for f in record.figures if (f.label, f.start, f.end) == key), None)


def register() -> None:
    """Register ``doc._.report``, ``doc._.document`` and ``span._.figure``; again does no harm."""
    from spacy.tokens import Doc, Span

    Doc.set_extension("report", getter=get_report, setter=set_report, force=True)
    Doc.set_extension("document", getter=get_document, setter=set_document, force=True)
    Span.set_extension("figure", getter=get_figure, force=True)
