"""The one way from a source to its record; the command line, the spaCy component and the batch runner all take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gxnlp import schema
from gxnlp.document import Block, Document, Format, Notice
from gxnlp.report.checks import check_breakdowns, check_form
from gxnlp.report.merge import merge
from gxnlp.report.metadata import read_meta
from gxnlp.report.titles import find_titles
from gxnlp.view import View

if TYPE_CHECKING:
    from gxnlp.tables import TableReading

_REPORT_SECTIONS = frozenset(("overview", "disclosure", "requests", "reviews", "problems", "fees", "statistics"))
_DISCLOSURE = re.compile(r"(?:政府信息|政务|信息)公开|依申请公开|主动公开|公开(?:政府|政务|各类|有关)?信息")
NOT_A_REPORT = "not_a_report"
"""Code of the warning that nothing in a source shows a disclosure report."""
_LEAST_PROSE = 40  # characters of sentences below which a report counts as having no prose


class FigureTagger(Protocol):
    """Whatever finds the figures of a document's prose; the shipped model is one."""

    def tag_document(
        self, document: Document, prose: Sequence[Block], *, year: int | None = None
    ) -> Sequence[schema.Figure]:
        """Return the figures of the prose blocks in order, with offsets into the document's text."""


def prose_of(document: Document, consumed: Iterable[tuple[int, int]]) -> list[Block]:
    """Return the prose of a document: its blocks without page furniture and without what the table reader took.

    Args:
        document: The document.
        consumed: Ranges of its text that belong to statutory tables.
    """
    taken = sorted(consumed)
    prose = []
    for block in document.blocks:
        if block.kind == "furniture":
            continue
        for start, end in _remaining(block.start, block.end, taken):
            if document.text[start:end].strip():
                prose.append(replace(block, start=start, end=end))
    return prose


def _remaining(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, last in taken:
        if last <= start or first >= end:
            continue
        if first > start:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def _is_report(document: Document, cells: Sequence[schema.CellValue], prose: Sequence[Block]) -> bool:
    """Whether anything shows that this is a disclosure report, or a piece of one: tables, sections, or sentences."""
    kinds = {s.kind for s in document.sections} & _REPORT_SECTIONS
    if cells or len(kinds) >= 2 or (kinds and find_titles(View(document.text).text)):
        return True
    texts = [document.text[block.start : block.end] for block in prose]
    sentences = [text for text in texts if re.search(r"[。；;，,]|\.(?!\d)", text)]
    if kinds and sum(map(len, sentences)) >= _LEAST_PROSE:
        return True
    about = [s for s in sentences if _DISCLOSURE.search(View(s, join_lines=True).text)]
    return sum(map(len, about)) >= _LEAST_PROSE


def _warning(notice: Notice) -> schema.Warning:
    return schema.Warning(
        code=notice.code, message=notice.message, start=notice.start, end=notice.end, page=notice.page
    )


def _source(document: Document) -> schema.Source:
    source = document.source
    return schema.Source(
        path=source.path,
        format=source.format,
        sha256=source.sha256,
        encoding=source.encoding,
        pages=source.pages,
        characters=source.characters,
    )


def build_record(
    document: Document, reading: TableReading, figures: Sequence[schema.Figure], *, meta: schema.Meta
) -> schema.Record:
    """Join what was read from one document into its record, without warnings of later stages.

    Args:
        document: The document.
        reading: What the table reader found in it.
        figures: The figures of its prose.
        meta: What it says of itself.
    """
    from gxnlp.forms.loader import form

    linked, indicators = merge(document.text, reading.cells, figures, year=meta.year)
    # Where the tables do not tell the editions apart their sums are the same, too.
    checks = check_form(reading.cells, form(meta.form or "2021"))
    return schema.Record(
        source=_source(document),
        meta=meta,
        sections=tuple(schema.Section(title=s.title, kind=s.kind, start=s.start, end=s.end) for s in document.sections),
        cells=tuple(reading.cells),
        figures=tuple(linked),
        indicators=tuple(indicators),
        checks=(*checks, *check_breakdowns(document.text, linked)),
        warnings=(*map(_warning, document.notices), *reading.warnings),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A report with all that is known of it before its prose is tagged.

    Attributes:
        document: The report as read.
        reading: What the table reader found in it.
        prose: Its blocks without furniture and tables.
        meta: What it says of itself.
        warnings: What was guessed so far.
        is_report: Whether anything shows that it is a disclosure report.
    """

    document: Document
    reading: TableReading
    prose: Sequence[Block]
    meta: schema.Meta
    warnings: Sequence[schema.Warning]
    is_report: bool

    @property
    def to_tag(self) -> Sequence[Block]:
        """The prose that is worth searching for figures; nothing where this is no report."""
        return self.prose if self.is_report else ()


def draft_of(document: Document, *, figures: bool = True) -> Draft:
    """Do all that comes before tagging: tables, metadata, what there is to say of both.

    Args:
        document: The report as read.
        figures: Whether its prose will be searched for figures; a warning says so where not.
    """
    from gxnlp.tables import read_cells

    reading = read_cells(document)
    prose = prose_of(document, reading.consumed)
    if not _is_report(document, reading.cells, prose):
        return Draft(document, reading, prose, schema.Meta(), (), is_report=False)
    meta, warnings = read_meta(document, reading.form)
    if reading.cells and meta.form is None and meta.year is not None and meta.year >= 2019:
        edition = "2019" if meta.year <= 2020 else "2021"
        meta = meta.model_copy(update={"form": edition})
        words = f"the tables are the same in two forms; that of {edition} is taken for a report of {meta.year}"
        warnings.append(schema.Warning(code="form_inferred", message=words))
    if not reading.cells:
        words = "no statutory table was found in the report"
        warnings.append(schema.Warning(code="no_statutory_tables", message=words))
    if sum(b.end - b.start for b in prose if b.kind == "paragraph") < _LEAST_PROSE:
        warnings.append(schema.Warning(code="no_prose", message="the report has no prose beside its tables"))
    elif not figures:
        warnings.append(schema.Warning(code="figures_skipped", message="the prose was not searched for figures"))
    return Draft(document, reading, prose, meta, warnings, is_report=True)


def finish(draft: Draft, figures: Sequence[schema.Figure]) -> schema.Record:
    """Turn a draft into its record.

    Args:
        draft: The report before tagging.
        figures: The figures of its prose, in order; empty where it was not searched.
    """
    record = build_record(draft.document, draft.reading, figures, meta=draft.meta)
    # The reader may have suspected that it is no report; what is known here stands for both.
    others = [warning for warning in record.warnings if warning.code != NOT_A_REPORT]
    if draft.is_report:
        return record.model_copy(update={"warnings": (*others, *draft.warnings)})
    words = "nothing in it shows a disclosure report: no statutory table, no section of one, no sentence on the matter"
    verdict = schema.Warning(code=NOT_A_REPORT, message=words)
    return record.model_copy(update={"warnings": (*others, verdict)})


def extract_document(document: Document, *, tagger: FigureTagger | None = None, figures: bool = True) -> schema.Record:
    """Turn a document into its record.

    Args:
        document: The report as read.
        tagger: Finds the figures of the prose; default is the model that ships with the package.
        figures: Whether to look for figures in the prose at all; without, no model is loaded.

    Raises:
        ModelError: The tagger's model is missing or of another version.
    """
    draft = draft_of(document, figures=figures)
    found: Sequence[schema.Figure] = ()
    if figures and draft.to_tag:
        found = (tagger or _default_tagger()).tag_document(document, draft.to_tag, year=draft.meta.year)
    return finish(draft, found)


def _default_tagger() -> FigureTagger:
    from gxnlp.figures.tagger import default_tagger

    return default_tagger()


def extract(
    source: str | Path | bytes | Document,
    *,
    format: Format | None = None,
    name: str | None = None,
    tagger: FigureTagger | None = None,
    figures: bool = True,
) -> schema.Record:
    r"""Read a report and turn it into its record.

    Args:
        source: A path, ``-`` for standard input, the bytes of a file, a text, or a document that was read already.
        format: The format, where it must not be told from the content.
        name: What the source is called in errors and in the record; the path by default.
        tagger: Finds the figures of the prose; default is the model that ships with the package.
        figures: Whether to look for figures in the prose at all; without, no model is loaded.

    Returns:
        The record. What could not be read, or was guessed, stands in its ``warnings``.

    Raises:
        ReadError: The source cannot be read at all.
        ModelError: The tagger's model is missing or of another version.

    >>> title = "青山市财政局2022年政府信息公开工作年度报告"
    >>> record = extract(f"{title}\n一、总体情况\n主动公开12条。\n二、主动公开政府信息情况\n", figures=False)
    >>> record.meta.agency, record.meta.year
    ('青山市财政局', 2022)
    """
    if isinstance(source, Document):
        document = source
    else:
        from gxnlp.reading import read

        document = read(source, format=format, name=name)
    return extract_document(document, tagger=tagger, figures=figures)
