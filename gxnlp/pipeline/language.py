"""The ``Language`` that ships, and how reports of other formats than text get into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from gxnlp.document import Document


def load(path: str | Path | None = None, *, model: str | Path | None = None, figures: bool = True) -> Language:
    """Load a spaCy pipeline that reads reports.

    Args:
        path: A pipeline that was written with ``nlp.to_disk``; default is a fresh one.
        model: Folder of a tagger, None for the one that ships.
        figures: Whether to look for figures in the prose.

    Returns:
        A pipeline of one token a character, for texts and for docs of ``doc_from``.

    Raises:
        OSError: There is no pipeline at ``path``.

    >>> nlp = load(figures=False)
    >>> nlp.pipe_names
    ['gxnlp_report', 'gxnlp_spans']
    """
    import spacy

    import gxnlp.pipeline.components  # noqa: F401 - registers the factories where no entry point does

    if path is not None:
        return spacy.load(path)
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "gxnlp.CharacterTokenizer.v1"}}})
    nlp.add_pipe("gxnlp_report", config={"model": str(model) if model else None, "figures": figures})
    nlp.add_pipe("gxnlp_spans")
    return nlp


def doc_from(nlp: Language, document: Document) -> Doc:
    """Make a doc of a document that ``gxnlp.read`` gave, ready for ``nlp(doc)`` or ``nlp.pipe``.

    Args:
        nlp: The pipeline.
        document: The report as read; offsets of the doc are offsets into its text.
    """
    from gxnlp.pipeline.extensions import set_document

    doc = nlp.make_doc(document.text)
    set_document(doc, document)
    return doc
