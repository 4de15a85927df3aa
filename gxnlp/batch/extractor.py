"""Reports into outcomes, several at a time: the one function that every engine runs, here or on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gxnlp.batch.items import Item
from gxnlp.batch.manifest import differences
from gxnlp.batch.outcomes import Failure, Outcome, failure_of
from gxnlp.batch.settings import ExtractorSettings
from gxnlp.document import Document
from gxnlp.errors import Category, MissingExtraError, ModelError, ReadError
from gxnlp.reading import read, read_text
from gxnlp.report.build import Draft, draft_of, finish
from gxnlp.schema import Figure, Record

if TYPE_CHECKING:
    from gxnlp.figures.tagger import Tagger


class Extractor:
    """Turns items into outcomes; each record is the one that `gxnlp.extract` gives of the file.

    Make one in the process that uses it: the model is loaded once, here, and does not travel.

    Args:
        settings: How to extract.
        tagger: Finds the figures; default is loaded from the settings.

    Raises:
        ModelError: The model is missing or of another version.
        MissingExtraError: The device needs an extra that is not installed.

    >>> from gxnlp.batch import Extractor, ExtractorSettings, Item
    >>> (outcome,) = Extractor(ExtractorSettings(figures=False))([Item(0, "no-such-report.txt")])
    >>> outcome.category
    <Category.NOT_FOUND: 'not_found'>
    """

    def __init__(self, settings: ExtractorSettings | None = None, *, tagger: Tagger | None = None) -> None:
        self.settings = settings or ExtractorSettings()
        self._tagger = tagger
        if tagger is None and self.settings.figures:
            from gxnlp.figures.tagger import Tagger

            self._tagger = Tagger.load(self.settings.model, threads=self.settings.threads, device=self.settings.device)

    def __call__(self, items: Sequence[Item]) -> list[Outcome]:
        """Extract several reports; the tagger is given the prose of all at once.

        Args:
            items: The reports. A dozen or two fill a GPU; on the CPU one is as fast as many.

        Returns:
            An outcome for each item, in order. A report that fails is a `Failure` and does not touch the others.
        """
        return self.finish(items, [self.draft(item) for item in items])

    def draft(self, item: Item) -> Draft | Failure:
        """Read one report, its tables and metadata: all that comes before tagging."""
        try:
            document = self._document(item)
            return draft_of(document, figures=self.settings.figures)
        except Exception as error:  # one report that shows a bug must not cost the others
            return failure_of(item, error)

    def _document(self, item: Item) -> Document:
        format, limits = self.settings.format, self.settings.limits
        if isinstance(item.data, str):
            return read_text(item.data, format=format, name=item.name)
        if item.data is None and not item.path:
            raise ReadError("", "neither a path nor a report is given", Category.NOT_FOUND)
        source: str | bytes | Path = item.path
        if item.data is not None:
            source = item.data
        elif item.path != "-":
            source = Path(item.folder, item.path)
        return read(source, format=format, name=item.name, max_bytes=limits.max_bytes, max_pages=limits.max_pages)

    def finish(self, items: Sequence[Item], drafts: Sequence[Draft | Failure]) -> list[Outcome]:
        """Tag the drafts of several reports and turn each into its record."""
        return [
            draft if isinstance(draft, Failure) else self._record(item, draft, figures)
            for item, draft, figures in zip(items, drafts, self._tag(items, drafts), strict=True)
        ]

    def _tag(self, items: Sequence[Item], drafts: Sequence[Draft | Failure]) -> Sequence[Sequence[Figure] | Failure]:
        found: list[Sequence[Figure] | Failure] = [() for _ in drafts]
        if self._tagger is None:
            return found
        places = [i for i, draft in enumerate(drafts) if isinstance(draft, Draft) and draft.to_tag]
        for place, figures in zip(places, self._tag_all(items, drafts, places), strict=True):
            found[place] = figures
        return found

    def _tag_all(
        self, items: Sequence[Item], drafts: Sequence[Draft | Failure], places: Sequence[int]
    ) -> Sequence[Sequence[Figure] | Failure]:
        assert self._tagger is not None  # noqa: S101 - asked by the caller
        from gxnlp.figures.tagger import blank_all_but

        chosen = [draft for i in places if isinstance(draft := drafts[i], Draft)]
        try:
            texts = [blank_all_but(draft.document.text, draft.to_tag) for draft in chosen]
            return self._tagger.tag_many(texts, years=[draft.meta.year for draft in chosen])
        except (ModelError, MissingExtraError):
            raise  # no other report would fare better
        except Exception as error:
            if len(places) == 1:
                return [failure_of(items[places[0]], error)]
            return [self._tag_all(items, drafts, [place])[0] for place in places]

    def _record(self, item: Item, draft: Draft, figures: Sequence[Figure] | Failure) -> Outcome:
        if isinstance(figures, Failure):
            return figures
        try:
            record = finish(draft, figures)
            return _with_columns(record, item.columns) if item.columns else record
        except Exception as error:
            return failure_of(item, error)


def _with_columns(record: Record, columns: dict[str, str]) -> Record:
    warnings = (*record.warnings, *differences(record.meta, columns))
    return record.model_copy(update={"manifest": columns, "warnings": warnings})
