"""What holds for every Document, whatever it was read from."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from gxnlp.document import Document


def _check(document: Document) -> Document:
    text = document.text
    assert document.source.characters == len(text)
    for table in document.tables:
        for cell in table.cells:
            assert text[cell.start : cell.end] == cell.text
            assert table.start <= cell.start <= cell.end <= table.end
    for block in document.blocks:
        content = text[block.start : block.end]
        assert content
        assert content == content.strip()
    for places in (document.blocks, document.tables, document.sections):
        assert all(0 <= place.start <= place.end <= len(text) for place in places)
        assert all(a.end <= b.start for a, b in pairwise(places))
    for block in document.blocks:
        assert not any(table.start < block.end and block.start < table.end for table in document.tables)
    places = [*document.blocks, *document.tables]
    assert document.sections[0].start == min(place.start for place in places)
    assert document.sections[-1].end == max(place.end for place in places)
    assert all(a.end == b.start for a, b in pairwise(document.sections))
    for section in document.sections:
        assert text.startswith(section.title, section.start)
    return document


@pytest.fixture(scope="session")
def checked() -> Callable[[Document], Document]:
    """Check what holds for every Document and hand it back."""
    return _check
