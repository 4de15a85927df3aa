"""The components: one makes the record, one marks its figures and sections as spans."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import registry

from gxnlp.pipeline.extensions import get_document, get_report, register, set_report
from gxnlp.report.build import FigureTagger, extract_document

if TYPE_CHECKING:
    from spacy.vocab import Vocab

    from gxnlp.document import Document

register()


class CharacterTokenizer:
    """Makes every character a token, so that any span of a record is a span of the doc."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Make a doc of a text."""
        return Doc(self.vocab, words=list(text), spaces=[False] * len(text))

    def pipe(self, texts: Iterable[str]) -> Iterable[Doc]:
        """Make docs of texts."""
        return map(self, texts)

    def to_bytes(self, **_: object) -> bytes:
        """Return nothing: there is nothing to store."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> CharacterTokenizer:
        """Return itself: there is nothing to restore."""
        return self

    def to_disk(self, _path: str | Path, **_: object) -> None:
        """Store nothing."""

    def from_disk(self, _path: str | Path, **_: object) -> CharacterTokenizer:
        """Return itself: there is nothing to restore."""
        return self


def make_tokenizer() -> Callable[[Language], CharacterTokenizer]:
    """Return what makes the tokenizer of a ``Language``."""
    return lambda nlp: CharacterTokenizer(nlp.vocab)


registry.tokenizers.register("gxnlp.CharacterTokenizer.v1", func=make_tokenizer)


class ReportComponent:
    """Turns a doc into its record, ``doc._.report``.

    A doc that was made of a document (``gxnlp.pipeline.doc_from``) is read as that; any other as plain text.

    Args:
        model: Folder of a tagger, None for the one that ships. ``to_disk`` stores the folder with the pipeline.
        figures: Whether to look for figures in the prose.
        tagger: A tagger to use as it is; it is not stored.
    """

    def __init__(self, model: str | None = None, *, figures: bool = True, tagger: FigureTagger | None = None) -> None:
        self.model = Path(model) if model else None
        self.figures = figures
        self.tagger = tagger

    def _ready_tagger(self) -> FigureTagger | None:
        if self.tagger is None and self.figures and self.model is not None:
            from gxnlp.figures.tagger import Tagger

            self.tagger = Tagger.load(self.model)
        return self.tagger

    def __call__(self, doc: Doc) -> Doc:
        """Give a doc its record; a blank text has none.

        Raises:
            ModelError: The tagger's model is missing or of another version.
        """
        if doc.text.strip():
            document = get_document(doc) or _document_of_text(doc.text)
            set_report(doc, extract_document(document, tagger=self._ready_tagger(), figures=self.figures))
        else:
            set_report(doc, None)
        return doc

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Store the model where it is not the one that ships."""
        if self.model is not None:
            shutil.copytree(self.model, path, dirs_exist_ok=True)

    def from_disk(self, path: str | Path, **_: object) -> ReportComponent:
        """Use the model that was stored, where there is one."""
        if (Path(path) / "tagger.json").is_file():
            self.model, self.tagger = Path(path), None
        return self


def _document_of_text(text: str) -> Document:
    from gxnlp.reading import read_text

    document = read_text(text, format="txt")
    if document.text == text:
        return document
    # The reader takes a byte order mark off; the doc's offsets count it, and a blank keeps them.
    document = read_text(" " * (len(text) - len(document.text)) + document.text, format="txt")
    return replace(document, source=replace(document.source, characters=len(text)))


class SpansComponent:
    """Marks a record's figures and sections as ``doc.spans["figures"]`` and ``doc.spans["sections"]``.

    One span with two labels (没有行政复议、行政诉讼) stands in the group twice, once a label.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Mark the spans of one doc."""
        record = get_report(doc)
        figures = record.figures if record else ()
        sections = record.sections if record else ()
        doc.spans["figures"] = [Span(doc, f.start, f.end, label=f.label) for f in figures]
        doc.spans["sections"] = [Span(doc, s.start, s.end, label=s.kind) for s in sections if s.start < s.end]
        return doc


@Language.factory(
    "gxnlp_report",
    default_config={"model": None, "figures": True},
    assigns=["doc._.report"],
    retokenizes=False,
)
def make_report(nlp: Language, name: str, model: str | None, figures: bool) -> ReportComponent:
    """Make the component that gives a doc its record."""
    return ReportComponent(model, figures=figures)


@Language.factory("gxnlp_spans", requires=["doc._.report"], assigns=["doc.spans"], retokenizes=False)
def make_spans(nlp: Language, name: str) -> SpansComponent:
    """Make the component that marks figures and sections."""
    return SpansComponent()
