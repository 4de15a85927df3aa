"""spaCy's ``DocBin``: documents of one token a character, figures in ``doc.spans["figures"]``.

Tokens are those of ``gxnlp.CharacterTokenizer.v1``, so that any span is a span of tokens; with other tokenizers spaCy
drops spans that split a token from training (its issue #5727). Labels on the same span are spans of their own. All that
a ``Span`` does not hold (value, period, subject, id, agency …) lies as JSON in ``doc.user_data["gxnlp.narrative"]``.

Documents of other pipelines are read as well, whatever their tokens: from ``spans["figures"]``, else from entities.
Documents that our own pipeline has read bring the figures of their report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxnlp.errors import AnnotationError
from gxnlp.training.formats.rows import Region, Row, completed, head, known_figures, make_row, to_json

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

SPANS = "figures"
_OURS = "gxnlp.narrative"
_REPORT = "gxnlp.report"
"""Where the pipeline keeps the record of a report."""


def read(path: Path) -> list[Row]:
    """Read a ``.spacy`` file.

    Raises:
        AnnotationError: It is none, or a document has neither a group of figures nor entities.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        docs = list(DocBin().from_bytes(path.read_bytes()).get_docs(Vocab()))
    except OSError:
        raise
    except Exception as error:  # zlib, msgpack and numpy each have errors of their own
        raise AnnotationError(f"{path}: not a DocBin ({error})") from error
    return [_row(doc, path, number) for number, doc in enumerate(docs, 1)]


def _row(doc: Doc, path: Path, number: int) -> Row:
    ours = _ours(doc)
    where = f"{path}: record {number} ({ours.get('id')})"
    if SPANS in doc.spans:
        spans: Sequence[Span] = list(doc.spans[SPANS])
    elif doc.has_annotation("ENT_IOB"):
        spans = list(doc.ents)
    else:
        raise AnnotationError(f"{where}: neither spans[{SPANS!r}] nor entities: not annotated")
    known = known_figures(ours, doc.text, where)
    places = [(span.start_char, span.end_char, span.label_) for span in spans]
    regions = [Region(*place, known.get(place, {})) for place in places]
    return make_row(doc.text, regions, {"id": f"{path.stem}-{number}", **head(ours)}, where)


def _ours(doc: Doc) -> dict[str, Any]:
    if ours := doc.user_data.get(_OURS):
        return dict(json.loads(ours))
    if report := doc.user_data.get(_REPORT):
        return {"figures": json.loads(report)["figures"]}
    return {}


def write(rows: Sequence[Row], path: Path) -> None:
    """Write a ``.spacy`` file.

    Raises:
        AnnotationError: A span is misaligned or has no value.
    """
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    docs = [_doc(row, vocab) for row in completed(rows, path)]
    DocBin(docs=docs, store_user_data=True).to_disk(path)


def _doc(row: Row, vocab: Vocab) -> Doc:
    from spacy.tokens import Doc, Span

    text = row["text"]
    doc = Doc(vocab, words=list(text), spaces=[False] * len(text))
    doc.spans[SPANS] = [Span(doc, f["start"], f["end"], label=f["label"]) for f in row["figures"]]
    doc.user_data[_OURS] = to_json({**head(row), "figures": row["figures"]})
    return doc
